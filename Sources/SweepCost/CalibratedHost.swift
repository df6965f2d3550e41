package import SweepModel

/// What a host was measured to take for the work of one sweep, and for its coordinator's: enough to plan for such hosts elsewhere
/// (Schemas/calibration.schema.json).
package struct CalibratedHost: Sendable {
    /// The host, the core that OpenBLAS chose its kernels for, and the instructions of the program's own.
    package var name: String
    package var blasCore: String
    package var instructions: String
    /// The program that measured it.
    package var software: String
    /// What was measured: the sweep's parts of a tile, by their names, samples, and the precision of most values.
    package var parts: [String]
    package var samples: Int
    package var precision: String
    package var rates: HostRates
    package var coordinator: CoordinatorRates

    package init(
        name: String, blasCore: String, instructions: String, software: String, parts: [String], samples: Int,
        precision: String, rates: HostRates, coordinator: CoordinatorRates
    ) {
        self.name = name
        self.blasCore = blasCore
        self.instructions = instructions
        self.software = software
        self.parts = parts
        self.samples = samples
        self.precision = precision
        self.rates = rates
        self.coordinator = coordinator
    }

    /// Why its rates cannot be those of `plan`; nil where they can.
    package func misfit(_ plan: SweepPlan) -> String? {
        let own = TilePart.parts(of: plan)
        if own.map(\.name) != parts {
            return
                "it was made for \(parts.joined(separator: ", ")), and the sweep has \(own.map(\.name).joined(separator: ", "))"
        }
        let (kinds, form) = (plan.artifactKinds, plan.linearKernelForm)
        let expected = [
            WorkUnits.survey(bytes: 1).count, WorkUnits.layer(samples: 4, width: 1, kinds: kinds, form: form).count,
            WorkUnits.results(plan).count,
        ]
        let tiles = own.map {
            WorkUnits.tile($0.artifact, samples: 4, width: 1, rows: 1, columns: 1, form: form).count
        }
        let loads = own.map { WorkUnits.load($0.artifact, samples: 4, form: form).count }
        let found = [rates.survey, rates.layer, rates.results].map(\.rates.count)
        guard found == expected, rates.tiles.map(\.rates.count) == tiles, rates.loads.map(\.rates.count) == loads else {
            return "it has other rates than a sweep of these metrics and samples takes"
        }
        return nil
    }
}
