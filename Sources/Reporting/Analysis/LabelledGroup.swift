internal import HDF5
internal import SweepAnalysis

/// A dimension scale that datasets are attached to.
struct DatasetAxis {
    /// The absolute path of the scale.
    let path: String
    let count: Int
}

/// A group whose datasets have named dimensions and say what they are.
struct LabelledGroup: ~Copyable {
    let group: HDF5Group
    private let path: String

    init(_ parent: borrowing HDF5Group, _ name: String, _ description: String) throws(HDF5Error) {
        let made = try parent.createGroup(name)
        try made.setAttribute("description", to: description)
        path = made.reference.name
        group = made
    }

    /// Texts along a dimension; without any there is no scale, and nothing is written along it.
    func axis(_ name: String, _ values: [String], _ description: String) throws(HDF5Error) -> DatasetAxis {
        if !values.isEmpty {
            try makeScale(
                try group.createDataset(name, shape: [values.count], strings: values), name, description)
        }
        return DatasetAxis(path: "\(path)/\(name)", count: values.count)
    }

    /// Numbers along a dimension.
    func axis<Element: HDF5Element>(
        _ name: String, _ values: [Element], _ description: String
    ) throws(HDF5Error) -> DatasetAxis {
        if !values.isEmpty {
            try makeScale(try group.createDataset(name, shape: [values.count], values: values), name, description)
        }
        return DatasetAxis(path: "\(path)/\(name)", count: values.count)
    }

    /// Numbers in row-major order.
    func put<Element: HDF5Element>(
        _ name: String, _ values: [Element], _ axes: [DatasetAxis], _ description: String
    ) throws(HDF5Error) {
        guard axes.allSatisfy({ $0.count > 0 }) else { return }
        try attach(try group.createDataset(name, shape: axes.map(\.count), values: values), axes, description)
    }

    /// Counts, in row-major order.
    func put(_ name: String, counts: [Int], _ axes: [DatasetAxis], _ description: String) throws(HDF5Error) {
        try put(name, counts.map { Int32(clamping: $0) }, axes, description)
    }

    /// Texts in row-major order.
    func put(_ name: String, strings: [String], _ axes: [DatasetAxis], _ description: String) throws(HDF5Error) {
        guard axes.allSatisfy({ $0.count > 0 }) else { return }
        try attach(try group.createDataset(name, shape: axes.map(\.count), strings: strings), axes, description)
    }

    /// Statistics, NaN where there is none; the attribute `reasons` says why.
    func put<Value>(
        _ name: String, _ estimates: [Estimate<Value>], _ axes: [DatasetAxis], _ description: String,
        _ number: (Value) -> Double?
    ) throws(HDF5Error) {
        guard axes.allSatisfy({ $0.count > 0 }) else { return }
        try put(name, estimates.map { $0.value.flatMap(number) ?? .nan }, axes, description)
        let reasons = Self.reasons(estimates)
        if !reasons.isEmpty { try group.dataset(name).setAttribute("reasons", to: reasons) }
    }

    /// Why there are no values, each reason once.
    static func reasons<Value>(_ estimates: [Estimate<Value>]) -> [String] {
        var known: Set<String> = []
        return estimates.compactMap(\.reason).filter { known.insert($0).inserted }
    }

    private func makeScale(
        _ dataset: borrowing HDF5Dataset, _ name: String, _ description: String
    ) throws(HDF5Error) {
        try dataset.makeScale(named: name)
        try dataset.setAttribute("description", to: description)
    }

    private func attach(
        _ dataset: borrowing HDF5Dataset, _ axes: [DatasetAxis], _ description: String
    ) throws(HDF5Error) {
        for (dimension, axis) in axes.enumerated() {
            try dataset.attachScale(try group.dataset(axis.path), toDimension: dimension)
        }
        try dataset.setAttribute("description", to: description)
    }
}
