internal import SweepModel

extension WireAssignments {
    /// The control frame's part of `assignments`; what they rest on goes to `bulk`.
    init(_ assignments: [Assignment], bulk: inout BulkWriter) throws(ProtocolError) {
        self.assignments.reserveCapacity(try Checked.items(assignments.count))
        for assignment in assignments {
            var message = WireAssignment()
            message.lease = try WireLease(assignment.lease)
            switch (assignment.inputs, assignment.lease.work) {
            case (.survey, .survey): break
            case (.tiles(let generation), .tiles): message.generation = generation
            case (.layer(let thresholds, let digest), .layer), (.layer(let thresholds, let digest), .step):
                var inputs = WireLayerInputs()
                inputs.clipThresholds = try Checked.clipThresholds(thresholds)
                inputs.digest = try Checked.name(digest, "a layer's digest")
                let bytes = try serialized(inputs)
                bulk.append(bytes)
                message.inputsBytes = UInt64(bytes.count)
            default: throw ProtocolError("the assignment does not fit its lease")
            }
            self.assignments.append(message)
        }
    }
}

extension Assignment {
    /// The assignments that `message` announces in `bulk`.
    static func list(_ message: WireAssignments, bulk: inout BulkReader) throws(ProtocolError) -> [Assignment] {
        var list: [Assignment] = []
        list.reserveCapacity(try Checked.items(message.assignments.count))
        for assignment in message.assignments {
            let lease = try Lease(assignment.lease)
            let bytes = try bulk.take(assignment.inputsBytes)
            let inputs: Inputs
            switch lease.work {
            case .survey: inputs = .survey
            case .tiles: inputs = .tiles(generation: assignment.generation)
            case .layer, .step:
                let message: WireLayerInputs = try parsed(bytes)
                inputs = .layer(
                    clipThresholds: try Checked.clipThresholds(message.clipThresholds),
                    digest: try Checked.name(message.digest, "a layer's digest"))
            }
            if case .layer = inputs {
            } else if !bytes.isEmpty {
                throw ProtocolError("an assignment that is no layer has inputs")
            }
            list.append(Assignment(lease: lease, inputs: inputs))
        }
        return list
    }
}
