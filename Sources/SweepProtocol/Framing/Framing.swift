internal import SwiftProtobuf

/// The frames of `control` with `bulk` behind it; throws where a receiver would refuse them for their size.
func framed(_ control: some SwiftProtobuf.Message, _ bulk: BulkWriter = BulkWriter()) throws(ProtocolError) -> [[UInt8]]
{
    let frame = try serialized(control)
    guard frame.count <= ProtocolLimits.frameBytes, bulk.count <= ProtocolLimits.bulkBytes else {
        throw ProtocolError("a control frame of \(frame.count) bytes with \(bulk.count) bytes behind it is too large")
    }
    return [frame] + bulk.frames
}

/// The bytes of `message`: equal messages are equal bytes, since none has a map.
func serialized(_ message: some SwiftProtobuf.Message) throws(ProtocolError) -> [UInt8] {
    do { return try message.serializedBytes() } catch {
        throw ProtocolError("a message cannot be written: \(error)")
    }
}

/// The message in `bytes`. Unknown fields are dropped, so that they take no memory.
func parsed<M: SwiftProtobuf.Message>(
    _ bytes: [UInt8], atMost limit: Int = ProtocolLimits.parsedBytes
) throws(ProtocolError) -> M {
    guard bytes.count <= limit else {
        throw ProtocolError("\(bytes.count) bytes are more than a \(M.protoMessageName) may have")
    }
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    do { return try M(serializedBytes: bytes, options: options) } catch {
        throw ProtocolError("\(bytes.count) bytes do not parse as \(M.protoMessageName)")
    }
}

/// The control frame of `frames` and what stands behind it.
func unframed<M: SwiftProtobuf.Message>(
    _ frames: [[UInt8]], as type: M.Type
) throws(ProtocolError) -> (control: M, bulk: BulkReader) {
    guard let control = frames.first else { throw ProtocolError("the message has no frames") }
    return (try parsed(control, atMost: ProtocolLimits.frameBytes), try BulkReader(frames.dropFirst()))
}

/// The error of a message whose kind is unknown.
let saysNothing = ProtocolError("the message says nothing that this version knows")
