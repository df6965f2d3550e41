internal import Foundation
internal import SweepModel
internal import SwiftProtobuf

extension Platonic_V1_Attempt {
    init(_ attempt: Attempt) {
        number = attempt.number
        item = .with {
            switch attempt.item {
            case .survey(let model): $0.survey = UInt32(clamping: model)
            case .layer(let layer): $0.layer = UInt32(clamping: layer)
            case .tile(let row, let column):
                $0.tile = .with {
                    $0.row = UInt32(clamping: row)
                    $0.column = UInt32(clamping: column)
                }
            }
        }
    }
}

extension Attempt {
    init(_ message: Platonic_V1_Attempt) throws(ProtocolError) {
        let item: WorkItem
        switch message.item.item {
        case .survey(let model): item = .survey(model: Int(model))
        case .layer(let layer): item = .layer(Int(layer))
        case .tile(let tile): item = .tile(row: Int(tile.row), column: Int(tile.column))
        case nil: throw ProtocolError("an attempt names no work item")
        }
        self.init(item: item, number: message.number)
    }
}

/// A control frame of `message`: equal messages are equal bytes, whatever the order of a hash table.
func serialized(_ message: some SwiftProtobuf.Message) throws(ProtocolError) -> [UInt8] {
    var options = BinaryEncodingOptions()
    options.useDeterministicOrdering = true
    do { return try message.serializedBytes(options: options) } catch {
        throw ProtocolError("a message cannot be written: \(error)")
    }
}

/// The message in the first of `frames`.
func parsed<M: SwiftProtobuf.Message>(_ frames: [[UInt8]]) throws(ProtocolError) -> M {
    guard let control = frames.first else { throw ProtocolError("the message has no frames") }
    do {
        return try M(serializedBytes: control)
    } catch {
        throw ProtocolError("the control frame of \(control.count) bytes does not parse")
    }
}
