import Glibc

extension Socket {
    /// Ends the connection behind `descriptor`, which a peer's latest message named: libzmq takes it for the peer's doing, and lets
    /// go of everything that waits for it.
    ///
    /// libzmq offers nothing of the kind. Where the peer has hung up meanwhile, and somebody else has its descriptor, that one has to
    /// connect again.
    package static func hangUp(_ descriptor: Int32) {
        // Anything but a socket stays as it is.
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }
}
