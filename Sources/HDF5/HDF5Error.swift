/// A failed operation on an HDF5 file: what failed, why, in which file, and libhdf5's own account of it.
package struct HDF5Error: Error, Sendable {
    /// The kind of failure.
    package let code: Code
    /// What was attempted, with the name of the object, as in "open dataset /layers/0000".
    package let operation: String
    /// The path of the file, as given by the caller.
    package let path: String
    /// libhdf5's error stack, outermost call first; one frame without a function where this module found the fault.
    package let stack: [StackFrame]

    init(code: Code, operation: String, path: String, stack: [StackFrame]) {
        self.code = code
        self.operation = operation
        self.path = path
        self.stack = stack
    }

    /// A fault that libhdf5 did not find, and why it is one.
    package init(code: Code, operation: String, path: String, reason: String) {
        let frame = StackFrame(function: "", message: reason)
        self.init(code: code, operation: operation, path: path, stack: [frame])
    }
}

extension HDF5Error {
    /// The kinds of failure that callers tell apart.
    package enum Code: String, Sendable {
        /// The file does not exist.
        case notFound
        /// The file is there but is not HDF5.
        case notHDF5
        /// There is something under this path that is not a regular file.
        case notAFile
        /// Bytes that are asked for lie outside of the file, or a link leads there.
        case outside
        /// The file contradicts itself.
        case damaged
        /// Something in the file is larger than the caller's limit.
        case beyondLimit
        /// The file starts as HDF5 and ends too early.
        case truncated
        /// Somebody else has the file open in a way that excludes this one.
        case locked
        /// The file system denies access.
        case permissionDenied
        /// No object or attribute has this name.
        case missingObject
        /// The file, object or attribute to be created exists.
        case alreadyExists
        /// The object is of another kind, or its elements of another type, than asked for.
        case wrongType
        /// The shape, or the range of rows, does not fit.
        case wrongShape
        /// Text that is not valid UTF-8, or that HDF5 cannot store because it contains a NUL.
        case invalidText
        /// The data went through a filter that this libhdf5 does not have.
        case missingFilter
        /// The file system or the quota is exhausted.
        case diskFull
        /// Anything else; `reason` says what.
        case other
    }

    /// One level of libhdf5's error stack.
    package struct StackFrame: Sendable, Equatable {
        /// The C function that reported.
        package let function: String
        /// What it reported, on one line.
        package let message: String

        package init(function: String, message: String) {
            self.function = function
            self.message = message
        }

        /// The errno that the frame quotes, where a system call failed.
        var systemError: Int32? {
            message.value(after: "errno = ", until: ",").flatMap { Int32($0) }
        }
    }

    /// The innermost useful message of the stack.
    package var reason: String {
        if let frame = stack.first(where: { $0.systemError != nil }),
            let text = frame.message.value(after: "error message = '", until: "'"),
            let subject = frame.message.split(whereSeparator: { $0 == ":" || $0 == "," }).first
        {
            return "\(subject): \(text)"
        }
        return stack.last?.message ?? "libhdf5 gave no reason"
    }
}

extension HDF5Error: CustomStringConvertible {
    package var description: String {
        switch code {
        case .notHDF5: "cannot \(operation) (\(path)): not an HDF5 file"
        case .locked: "cannot \(operation) (\(path)): locked by another process"
        case .truncated: "cannot \(operation) (\(path)): the file is truncated (\(reason))"
        default: "cannot \(operation) (\(path)): \(reason)"
        }
    }
}

extension String {
    fileprivate func value(after prefix: String, until end: Character) -> Substring? {
        guard let start = firstRange(of: prefix)?.upperBound else { return nil }
        return self[start...].prefix { $0 != end }
    }

    // The standard library's own search for a substring needs Foundation or regular expressions.
    private func firstRange(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) {
                return start..<index(start, offsetBy: text.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
