/// A dense row-major matrix in memory of its own (`MatrixMemory`), aligned to cache lines and owned by one thread.
///
/// A class, so that large operands are passed without copies. Kernels use `row(_:)` and `elements`; pointers do not keep the
/// matrix alive, so a local one that is not returned ends with `defer { matrix.keepAlive() }`.
package final class Matrix<Element: BitwiseCopyable> {
    package let rows: Int
    package let columns: Int
    /// All elements, row after row.
    package let elements: UnsafeMutableBufferPointer<Element>

    /// A matrix of `rows` x `columns` elements, each `value`.
    @inlinable
    package convenience init(rows: Int, columns: Int, repeating value: Element) {
        self.init(unwrittenRows: rows, columns: columns)
        // Zeros, which most are, as bytes; others in a loop of its own: the library's is not compiled for the element, and takes a
        // call for each.
        if Self.isZero(value) {
            UnsafeMutableRawBufferPointer(elements).initializeMemory(as: UInt8.self, repeating: 0)
        } else {
            for position in 0..<elements.count { elements[position] = value }
        }
    }

    /// A matrix of `rows` x `columns` elements whose values are whatever the memory held: every one has to be written before it is read.
    @inlinable
    package init(unwrittenRows rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "a matrix has no negative shape")
        self.rows = rows
        self.columns = columns
        let count = rows * columns
        let raw = MatrixMemory.allocate(max(count, 1) * MemoryLayout<Element>.stride)
        let typed = raw.bindMemory(to: Element.self, capacity: max(count, 1))
        elements = UnsafeMutableBufferPointer(start: typed, count: count)
    }

    /// Whether all bytes of `value` are zero.
    @inlinable
    package static func isZero(_ value: Element) -> Bool {
        withUnsafeBytes(of: value) { bytes in bytes.allSatisfy { $0 == 0 } }
    }

    deinit {
        guard let start = elements.baseAddress else { return }
        MatrixMemory.deallocate(start, max(elements.count, 1) * MemoryLayout<Element>.stride)
    }

    /// Row `index`, writable.
    @inlinable
    package func row(_ index: Int) -> UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(rebasing: elements[(index * columns)..<((index + 1) * columns)])
    }

    /// Keeps the matrix, and so all pointers into it, alive up to this call.
    @inline(__always)
    package func keepAlive() { withExtendedLifetime(self) {} }

    @inlinable
    package subscript(row: Int, column: Int) -> Element {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }
}
