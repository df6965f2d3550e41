/// Uninitialised or zeroed working memory of one scoring, aligned to cache lines and freed with its owner.
///
/// Kernels take `start`; it does not keep the owner alive, so a local one ends with `withExtendedLifetime`.
final class Scratch<Element: BitwiseCopyable> {
    let start: UnsafeMutablePointer<Element>
    let count: Int

    convenience init(_ count: Int, repeating value: Element) {
        self.init(uninitialized: count)
        start.initialize(repeating: value, count: count)
    }

    /// Memory of which nothing is read that was not written: pages that are never used take no room.
    init(uninitialized count: Int) {
        self.count = count
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 64)
        start = raw.bindMemory(to: Element.self, capacity: max(count, 1))
    }

    deinit { UnsafeMutableRawPointer(start).deallocate() }
}
