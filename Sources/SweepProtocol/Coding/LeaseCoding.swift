internal import SweepModel

extension WireLease {
    init(_ lease: Lease) throws(ProtocolError) {
        sweep = lease.sweep.number
        number = lease.number
        switch lease.work {
        case .survey(let model): self.model = try Checked.position(model, "a model", below: ProtocolLimits.layers)
        case .layer(let layer): self.layer = try Checked.position(layer, "a layer", below: ProtocolLimits.layers)
        case .step(let layer, let index): step = try WireLayerStep(layer, index)
        case .tiles(let row, let columns):
            self.row = try Checked.position(row, "a block row", below: ProtocolLimits.blocks)
            (firstColumn, columnCount) = try Checked.ends(columns)
        }
    }

    /// The leases as they are sent.
    static func list(_ leases: [Lease]) throws(ProtocolError) -> [WireLease] {
        var list: [WireLease] = []
        list.reserveCapacity(try Checked.items(leases.count))
        for lease in leases { list.append(try WireLease(lease)) }
        return list
    }
}

extension Lease {
    init(_ message: WireLease) throws(ProtocolError) {
        let work: LeasedWork
        switch message.work {
        case .model(let model):
            work = .survey(model: try Checked.position(model, "a model", below: ProtocolLimits.layers))
        case .layer(let layer): work = .layer(try Checked.position(layer, "a layer", below: ProtocolLimits.layers))
        case .step(let step): work = .step(layer: try step.content().layer, index: try step.content().index)
        case .row(let row):
            work = .tiles(
                row: try Checked.position(row, "a block row", below: ProtocolLimits.blocks),
                columns: try Checked.columns(message.firstColumn, message.columnCount))
        case nil: throw ProtocolError("a lease names no work")
        }
        if case .tiles = work {
        } else if message.firstColumn != 0 || message.columnCount != 0 {
            throw ProtocolError("a lease without tiles has columns")
        }
        self.init(sweep: try Checked.sweep(message.sweep), number: message.number, work: work)
    }

    /// The leases in `messages`.
    static func list(_ messages: [WireLease]) throws(ProtocolError) -> [Lease] {
        var list: [Lease] = []
        list.reserveCapacity(try Checked.items(messages.count))
        for message in messages { list.append(try Lease(message)) }
        return list
    }
}

extension WireLayerStep {
    init(_ layer: Int, _ index: Int) throws(ProtocolError) {
        self.layer = try Checked.position(layer, "a layer", below: ProtocolLimits.layers)
        self.index = try Checked.position(index, "a step", below: ProtocolLimits.steps)
    }

    func content() throws(ProtocolError) -> (layer: Int, index: Int) {
        (
            try Checked.position(layer, "a layer", below: ProtocolLimits.layers),
            try Checked.position(index, "a step", below: ProtocolLimits.steps)
        )
    }
}
