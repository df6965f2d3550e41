internal import HDF5
package import LinearAlgebra
package import SweepModel

extension StoreReader {
    /// Rows are read in hyperslabs of about this many bytes, so that other readers get their turn at the library.
    private static let slabBytes = 16 << 20
    /// Compressed chunks are decoded whole: a slab takes those that a row runs through to their end where they have at most so many bytes.
    private static let chunkSlabBytes = 128 << 20

    /// As `OpenStore` has it; threads take turns at the library.
    package func readRows(_ samples: Range<Int>, ofLayer index: Int, order: [Int]?) throws(Complaint) -> StoredMatrix {
        let layer = metadata.layers[index]
        let matrix: StoredMatrix =
            switch layer.precision {
            case .float16: .float16(Matrix(unwrittenRows: samples.count, columns: layer.width))
            case .float32: .float32(Matrix(unwrittenRows: samples.count, columns: layer.width))
            case .float64: .float64(Matrix(unwrittenRows: samples.count, columns: layer.width))
            }
        do {
            let dataset = try file.root().group("layers").dataset(Self.layerName(index))
            let rowBytes = layer.width * layer.precision.byteSize
            if let order {
                try scatter(dataset, rowBytes: rowBytes, order: order[samples], into: matrix)
            } else {
                let slabRows = try Self.slabRows(dataset, rowBytes: rowBytes)
                for first in stride(from: 0, to: samples.count, by: slabRows) {
                    let rows = first..<min(first + slabRows, samples.count)
                    let stored = samples.lowerBound + rows.lowerBound..<samples.lowerBound + rows.upperBound
                    try dataset.readRows(stored, into: matrix.rawRows(rows))
                }
            }
        } catch {
            throw complaint(error, object: "/layers/\(Self.layerName(index))")
        }
        return matrix
    }

    /// Whether reading layer `index` again is no more than a copy: of a file on disk, whose bytes the system keeps in memory itself, and
    /// which went through no filter.
    package func isReadAsStored(_ index: Int) -> Bool {
        guard !StorePaths.isURL(metadata.path) else { return false }
        return (try? file.root().group("layers").dataset(Self.layerName(index)).filters().isEmpty) ?? false
    }

    /// Reads the store's rows in their order, as far as any of them is wanted, and puts the i-th of `order` at row i.
    private func scatter(
        _ dataset: borrowing HDF5Dataset, rowBytes: Int, order: ArraySlice<Int>, into matrix: StoredMatrix
    ) throws(HDF5Error) {
        guard let least = order.min(), let most = order.max() else { return }
        var places = [Int?](repeating: nil, count: most + 1)
        for (row, source) in order.enumerated() { places[source] = row }
        let slabRows = min(try Self.slabRows(dataset, rowBytes: rowBytes), most + 1 - least)
        let slab = Matrix<UInt8>(rows: slabRows, columns: rowBytes, repeating: 0)
        defer { slab.keepAlive() }
        for first in stride(from: least, through: most, by: slabRows) {
            let rows = first..<min(first + slabRows, most + 1)
            guard places[rows].contains(where: { $0 != nil }) else { continue }
            let bytes = UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(slab.elements)[..<(rows.count * rowBytes)])
            try dataset.readRows(rows, into: bytes)
            for row in rows {
                guard let place = places[row] else { continue }
                let source = (row - first) * rowBytes
                matrix.rawRows(place..<(place + 1)).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[source..<(source + rowBytes)]))
            }
        }
    }

    private static func slabRows(_ dataset: borrowing HDF5Dataset, rowBytes: Int) throws(HDF5Error) -> Int {
        let rows = max(1, slabBytes / rowBytes)
        guard case .chunked(let chunk) = try dataset.layout(), chunk[0] > 1, try !dataset.filters().isEmpty else {
            return rows
        }
        if chunk[0] <= rows { return rows / chunk[0] * chunk[0] }
        return chunk[0] <= chunkSlabBytes / rowBytes ? chunk[0] : rows
    }

    /// Reads and checks every value of layer `index`, in slabs; returns the rows that are all zero, and how many values are. `step` is called after each
    /// slab.
    package func checkLayer(
        _ index: Int, step: () -> Void = {}
    ) throws(Complaint) -> (zeroRows: [Int], zeroCount: Int) {
        let rowBytes = metadata.layers[index].width * metadata.layers[index].precision.byteSize
        let slabRows: Int
        do {
            slabRows = try Self.slabRows(
                try file.root().group("layers").dataset(Self.layerName(index)), rowBytes: rowBytes)
        } catch {
            throw complaint(error, object: "/layers/\(Self.layerName(index))")
        }
        var zeroRows: [Int] = []
        var zeroCount = 0
        for first in stride(from: 0, to: metadata.sampleCount, by: slabRows) {
            let rows = first..<min(first + slabRows, metadata.sampleCount)
            let values = try readRows(rows, ofLayer: index, order: nil)
            let found = try checkValues(values, layer: index, ids: Array(metadata.sampleIDs[rows]))
            zeroRows += found.map { first + $0 }
            zeroCount += values.zeroCount
            step()
        }
        return (zeroRows, zeroCount)
    }

    /// The name of layer `index` below `/layers`: at least four digits.
    static func layerName(_ index: Int) -> String {
        let digits = String(index)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
