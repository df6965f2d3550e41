internal import NIOCore

/// Closes a connection that gets no answer in time: because its request never ends, byte by byte as it may come, because it says
/// nothing, or because it does not read what it asked for.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny
    typealias OutboundIn = NIOAny
    typealias OutboundOut = NIOAny

    private let table: ConnectionTable
    private let patience: TimeAmount
    private let patienceWithReaders: TimeAmount
    private var answeredAt = NIODeadline.now()
    private var isOpen = false
    private var check: Scheduled<Void>?

    /// - Parameters:
    ///   - patience: from the beginning of the connection, or the latest answer, to the next one.
    ///   - patienceWithReaders: the same while a long answer is being read.
    init(_ table: ConnectionTable, patience: TimeAmount, patienceWithReaders: TimeAmount) {
        self.table = table
        self.patience = patience
        self.patienceWithReaders = patienceWithReaders
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(context) }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        answeredAt = .now()
        table.answered(context.channel, at: answeredAt)
        context.write(data, promise: promise)
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard !isOpen else { return }
        isOpen = true
        answeredAt = .now()
        table.open(context.channel, from: context.channel.remoteAddress?.ipAddress ?? "", at: answeredAt)
        schedule(context, at: answeredAt + patience)
    }

    private func end(_ context: ChannelHandlerContext) {
        check?.cancel()
        check = nil
        guard isOpen else { return }
        isOpen = false
        table.closed(context.channel)
    }

    private func schedule(_ context: ChannelHandlerContext, at deadline: NIODeadline) {
        check = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in
            let due = answeredAt + (context.channel.isWritable ? patience : patienceWithReaders)
            if NIODeadline.now() >= due { context.close(promise: nil) } else { schedule(context, at: due) }
        }
    }
}
