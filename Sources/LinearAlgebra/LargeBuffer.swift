internal import Foundation

/// Memory for many numbers that are all written before they are read, in huge pages where the system has them: pages of 4 KiB take
/// longer to get than the numbers to write.
package final class LargeBuffer<Element: BitwiseCopyable> {
    /// All elements, uninitialised at first, aligned to cache lines at least. They live as long as the buffer.
    package let elements: UnsafeMutableBufferPointer<Element>

    private static var hugePage: Int { 2 << 20 }

    /// Room for `count` elements.
    package init(count: Int) {
        let bytes = max(count, 1) * MemoryLayout<Element>.stride
        let isLarge = bytes >= Self.hugePage
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
        // Advice that is not taken changes no number.
        if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
        elements = UnsafeMutableBufferPointer(
            start: raw.bindMemory(to: Element.self, capacity: max(count, 1)), count: count)
    }

    deinit { UnsafeMutableRawPointer(elements.baseAddress)?.deallocate() }

    /// Keeps the buffer, and so all pointers into it, alive up to this call.
    @inline(__always)
    package func keepAlive() { withExtendedLifetime(self) {} }
}
