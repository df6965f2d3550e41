internal import HDF5
internal import SweepModel

/// How a sweep came to its results: the only part of a results file that is about time and place.
package struct Provenance: Sendable {
    /// The seconds that all workers together spent on one stage, or that the whole took.
    package struct Stage: Sendable {
        package let name: String
        package let seconds: Double
    }

    /// A feature store that was read.
    package struct Store: Sendable {
        package let path: String
        package let digest: String
    }

    package var isComplete = true
    package var created = ""
    package var software = ""
    /// The specification as canonical YAML.
    package var specification = ""
    package var hosts: [String] = []
    package var blasCores: [String] = []
    /// Counts by name, such as retries; those that the file does not have are left out.
    package var counts: [(name: String, count: Int)] = []
    package var stages: [Stage] = []
    package var flops: Double?
    package var stores: [Store] = []
    package var warnings: [String] = []
    /// Why a metric is NaN for a layer.
    package var undefined: [String] = []
    /// What was given up, and why.
    package var failures: [String] = []

    package init() {}
}

extension ResultsReader {
    /// How the results came to be; what the file does not say stays empty.
    package func provenance() throws -> Provenance {
        do {
            let root = try file.root()
            var found = Provenance()
            found.isComplete = try root.attribute("status")?.text != "partial"
            found.created = try root.attribute("created")?.text ?? ""
            found.software = try root.attribute("software")?.text ?? ""
            found.specification = try root.attribute("spec")?.text ?? ""
            guard try root.kind(of: "provenance") != nil else { return found }
            let group = try root.group("provenance")
            func texts(_ name: String) throws(HDF5Error) -> [String] { try group.attribute(name)?.texts ?? [] }
            found.hosts = try texts("hosts")
            found.blasCores = try texts("blas_cores")
            for (name, label) in Self.countNames {
                if let count = try group.attribute(name)?.integer { found.counts.append((label, Int(count))) }
            }
            for (name, label) in Self.stageNames {
                guard let seconds = try group.attribute(name)?.number else { continue }
                found.stages.append(Provenance.Stage(name: label, seconds: seconds))
            }
            found.flops = try group.attribute("flops")?.number
            let digests = try texts("store_digests")
            found.stores = try texts("store_paths").enumerated().map { position, path in
                Provenance.Store(path: path, digest: position < digests.count ? digests[position] : "")
            }
            found.warnings = try texts("warnings")
            found.undefined = try texts("undefined")
            found.failures = try texts("failures")
            return found
        } catch {
            throw Self.complaint(error, path)
        }
    }

    private static let countNames = [
        ("tasks_models", "model surveys"), ("tasks_layers", "layers prepared"), ("tasks_tiles", "tiles scored"),
        ("retries", "retries"), ("lost_workers", "workers lost"),
    ]

    private static let stageNames = [
        ("seconds_surveys", "surveys"), ("seconds_layers", "layers"), ("seconds_tiles", "tiles"),
        ("seconds_wall", "wall clock"),
    ]
}
