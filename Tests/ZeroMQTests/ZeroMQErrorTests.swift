import Testing

@testable import ZeroMQ

@Suite struct ZeroMQErrorTests {
    @Test func descriptionNamesCauseAndEndpoint() {
        let error = ZeroMQError(code: .addressInUse, operation: "zmq_bind", endpoint: "tcp://127.0.0.1:1")
        #expect("\(error)" == "zmq_bind: Address already in use (tcp://127.0.0.1:1)")
        #expect("\(ZeroMQError(code: .again, operation: "zmq_send"))" == "zmq_send: Resource temporarily unavailable")
    }

    @Test func libzmqsOwnCodesHaveText() {
        #expect("\(ZeroMQError.Code.terminated)" == "Context was terminated")
    }
}
