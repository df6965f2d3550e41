import CHDF5
import Glibc

/// Where libhdf5 puts text of variable length while it is read: up to a limit, as a file can claim any length for each of its texts.
///
/// All of it is freed with this object, also what a failed call had put there.
final class VariableTextMemory {
    private var blocks: [UnsafeMutableRawPointer] = []
    private var bytesLeft: Int

    init(limit: Int) { bytesLeft = limit }

    deinit {
        for block in blocks { free(block) }
    }

    /// Calls `body` with transfer properties that make libhdf5 take its memory from here.
    func withTransfer<Result>(_ body: (hid_t) throws(HDF5Error) -> Result) throws(HDF5Error) -> Result {
        let transfer = H5Pcreate(chdf5_dataset_transfer_class())
        defer { H5Pclose(transfer) }
        let memory = Unmanaged.passUnretained(self).toOpaque()
        H5Pset_vlen_mem_manager(
            transfer,
            { size, memory in
                guard let memory else { return nil }
                return Unmanaged<VariableTextMemory>.fromOpaque(memory).takeUnretainedValue().allocate(size)
            }, memory, { _, _ in }, nil)
        return try withExtendedLifetime(self) { () throws(HDF5Error) -> Result in try body(transfer) }
    }

    private func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        guard size >= 0, size <= bytesLeft, let block = calloc(max(size, 1), 1) else { return nil }
        bytesLeft -= size
        blocks.append(block)
        return block
    }
}
