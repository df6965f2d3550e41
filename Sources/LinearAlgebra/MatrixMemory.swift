internal import Foundation
internal import Synchronization

/// Where matrices lie: small ones wherever the allocator puts them, large ones in a range of addresses whose pages are used again.
///
/// A page that is new to a process costs more than the numbers that are written to it: the kernel has to clear it, and a virtual machine
/// often to ask its host for it first. So pages that matrices of one layer leave behind are kept for those of the next, whatever their
/// shapes, up to a limit that whoever answers for the process's memory sets. Pages are large ones where the kernel has them, whose
/// addresses products find faster.
package enum MatrixMemory {
    /// From so many bytes on a matrix lies in the range.
    private static let largeBytes = 1 << 20
    /// Bytes of a unit: what a block takes is rounded up to whole ones.
    private static let unit = 64 << 10
    /// Bytes of addresses; they cost nothing until they are used. What has no place among them lies where small ones do.
    private static let rangeBytes = 1 << 38

    private struct State {
        /// Zero until pages are to be kept, and for good where there are no such addresses to be had.
        var start: UInt = 0
        var free = FreeExtents(count: 0)
        var keptUnits = 0
    }

    private static let state = Mutex(State())

    /// Keeps the pages of at most `bytes` bytes that nobody uses, in the process as a whole; none before the first call.
    package static func keepIdle(atMost bytes: Int) {
        state.withLock { state in
            state.keptUnits = max(bytes, 0) / unit
            if state.start == 0, state.keptUnits > 0, let start = reserve() {
                state.start = start
                state.free = FreeExtents(count: rangeBytes / unit)
            }
            dropPages(&state)
        }
    }

    /// Memory for `bytes` bytes with whatever it held before, aligned to cache lines at least; `deallocate` takes it back.
    @usableFromInline
    package static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        if bytes >= largeBytes {
            let address = state.withLock { state in
                state.start == 0 ? nil : state.free.take(units(bytes)).map { state.start + UInt($0 * unit) }
            }
            if let block = address.flatMap(UnsafeMutableRawPointer.init(bitPattern:)) { return block }
        }
        return .allocate(byteCount: bytes, alignment: 64)
    }

    /// Takes back what `allocate` gave for `bytes` bytes.
    @usableFromInline
    package static func deallocate(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
        let address = UInt(bitPattern: memory)
        let isInRange =
            bytes >= largeBytes
            && state.withLock { state in
                guard state.start > 0, address >= state.start, address < state.start + UInt(rangeBytes) else {
                    return false
                }
                let first = Int(address - state.start) / unit
                state.free.giveBack(first..<first + units(bytes))
                dropPages(&state)
                return true
            }
        if !isInRange { memory.deallocate() }
    }

    private static func units(_ bytes: Int) -> Int { (bytes + unit - 1) / unit }

    /// The first of the range's addresses; nil where the system gives none.
    private static func reserve() -> UInt? {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        guard let start = mmap(nil, rangeBytes, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else {
            return nil
        }
        // Advice: where the kernel does not take it, pages are small as ever.
        madvise(start, rangeBytes, MADV_HUGEPAGE)
        return UInt(bitPattern: start)
    }

    /// Gives back to the system what is beyond the limit.
    private static func dropPages(_ state: inout State) {
        for units in state.free.dropPages(downTo: state.keptUnits) {
            let start = UnsafeMutableRawPointer(bitPattern: state.start + UInt(units.lowerBound * unit))
            madvise(start, units.count * unit, MADV_DONTNEED)
        }
    }
}
