import CZeroMQ
import Glibc

/// A failed libzmq or system call: what failed, why, and at which endpoint.
package struct ZeroMQError: Error, Sendable, Equatable {
    /// The errno of the call, read before anything else could change it.
    package let code: Code
    /// The name of the C function that failed.
    package let operation: String
    /// The endpoint the call was given, where it takes one.
    package let endpoint: String?

    package init(code: Code, operation: String, endpoint: String? = nil) {
        self.code = code
        self.operation = operation
        self.endpoint = endpoint
    }
}

extension ZeroMQError {
    /// An errno, from the system's range or from the one libzmq adds to it; open, as libzmq documents no closed set.
    package struct Code: RawRepresentable, Sendable, Hashable {
        package let rawValue: Int32

        package init(rawValue: Int32) {
            self.rawValue = rawValue
        }

        /// EAGAIN: the call would have to wait.
        package static let again = Code(rawValue: EAGAIN)
        /// EINTR: a signal arrived during the call.
        package static let interrupted = Code(rawValue: EINTR)
        /// ETERM: the context was shut down.
        package static let terminated = Code(rawValue: czmq_eterm())
        /// EHOSTUNREACH: a ROUTER has no peer with this routing id.
        package static let hostUnreachable = Code(rawValue: EHOSTUNREACH)
        /// ENOTSOCK: the handle is not, or no longer, a socket.
        package static let notASocket = Code(rawValue: ENOTSOCK)
        /// EADDRINUSE: somebody already listens at the endpoint.
        package static let addressInUse = Code(rawValue: EADDRINUSE)
        /// EEXIST: something that is no socket is at the path of an ipc endpoint.
        package static let alreadyExists = Code(rawValue: EEXIST)
        /// ENODEV: the endpoint names no interface of this host.
        package static let noSuchInterface = Code(rawValue: ENODEV)
        /// ENAMETOOLONG: the path of an ipc endpoint exceeds `sockaddr_un`.
        package static let nameTooLong = Code(rawValue: ENAMETOOLONG)
        /// EINVAL: an option or endpoint that libzmq does not understand.
        package static let invalidArgument = Code(rawValue: EINVAL)
        /// EPROTONOSUPPORT: the endpoint's transport is unknown.
        package static let protocolNotSupported = Code(rawValue: EPROTONOSUPPORT)
        /// ENOENT: nothing of this name is bound or connected.
        package static let noSuchEndpoint = Code(rawValue: ENOENT)
        /// EACCES: the endpoint may not be used by this user.
        package static let permissionDenied = Code(rawValue: EACCES)
        /// EMFILE: no descriptor, or no socket of the context, is left.
        package static let tooManySockets = Code(rawValue: EMFILE)
        /// EPROTO: what arrived does not have the documented form.
        package static let protocolViolation = Code(rawValue: EPROTO)
    }
}

extension ZeroMQError.Code: CustomStringConvertible {
    package var description: String {
        String(cString: zmq_strerror(rawValue))
    }
}

extension ZeroMQError: CustomStringConvertible {
    package var description: String {
        guard let endpoint else { return "\(operation): \(code)" }
        return "\(operation): \(code) (\(endpoint))"
    }
}
