/// Answers that are good for a while, so that a thousand who ask are one who asks. Questions that wait are asked once, too.
actor AnswerCache<Question: Hashable & Sendable, Answer: Sendable> {
    private var answers: [Question: (answer: Answer, time: ContinuousClock.Instant)] = [:]
    private var waiting: [Question: Task<Answer, any Error>] = [:]
    private let lifetime: Duration

    /// Beyond so many different questions the old answers are dropped.
    private static var limit: Int { 64 }

    init(lifetime: Duration) { self.lifetime = lifetime }

    func answer(
        _ question: Question, _ ask: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        if let known = answers[question], .now - known.time < lifetime { return known.answer }
        if let task = waiting[question] { return try await task.value }
        let task = Task { try await ask() }
        waiting[question] = task
        defer { waiting[question] = nil }
        let answer = try await task.value
        if answers.count >= Self.limit { answers = answers.filter { .now - $0.value.time < lifetime } }
        if answers.count < Self.limit { answers[question] = (answer, .now) }
        return answer
    }
}
