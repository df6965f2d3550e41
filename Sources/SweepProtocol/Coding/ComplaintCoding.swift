internal import SweepModel

extension WireFailure {
    init(_ complaint: Complaint) {
        isRequest = complaint.kind == .request
        what = Checked.shortened(complaint.what)
        place = Checked.shortened(complaint.place)
        advice = Checked.shortened(complaint.advice)
        code = complaint.code.rawValue
    }
}

extension Complaint {
    init(_ message: WireFailure) throws(ProtocolError) {
        self.init(
            message.isRequest ? .request : .work, try Checked.text(message.what, "a failure"),
            at: try Checked.text(message.place, "the place of a failure"),
            advice: try Checked.text(message.advice, "an advice"),
            code: Code(rawValue: try Checked.name(message.code, "a code")) ?? .other)
    }
}
