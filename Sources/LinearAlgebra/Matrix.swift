/// A dense row-major matrix in memory of its own, aligned to cache lines and owned by one thread.
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
    package init(rows: Int, columns: Int, repeating value: Element) {
        precondition(rows >= 0 && columns >= 0, "a matrix has no negative shape")
        self.rows = rows
        self.columns = columns
        let count = rows * columns
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
        let typed = raw.bindMemory(to: Element.self, capacity: max(count, 1))
        // Zeros, which most are, as bytes: where this is not specialised, elements would be copied one call each.
        if Self.isZero(value) {
            UnsafeMutableRawBufferPointer(start: raw, count: count * MemoryLayout<Element>.stride)
                .initializeMemory(as: UInt8.self, repeating: 0)
        } else {
            typed.initialize(repeating: value, count: count)
        }
        elements = UnsafeMutableBufferPointer(start: typed, count: count)
    }

    /// Whether all bytes of `value` are zero.
    @inlinable
    package static func isZero(_ value: Element) -> Bool {
        withUnsafeBytes(of: value) { bytes in bytes.allSatisfy { $0 == 0 } }
    }

    deinit { UnsafeMutableRawPointer(elements.baseAddress)?.deallocate() }

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
