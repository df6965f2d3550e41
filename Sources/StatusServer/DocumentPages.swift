internal import SweepModel
internal import SweepProtocol

/// Answers questions with documents, each made at most twice a second, whoever asks.
struct DocumentPages: Sendable {
    let source: any StatusSource
    let documents: StatusDocuments
    private let made = AnswerCache<Question, Document>(lifetime: .milliseconds(500))
    private let overviews = AnswerCache<Bool, ClusterOverview>(lifetime: .milliseconds(500))
    private let workers = AnswerCache<Bool, [WorkerStatus]>(lifetime: .milliseconds(1_000))
    private let start = ContinuousClock.now

    init(source: any StatusSource, documents: StatusDocuments) {
        self.source = source
        self.documents = documents
    }

    /// The answer to `question`. Throws a `Complaint` where there is none.
    func document(_ question: Question) async throws -> Document {
        try await made.answer(question) { try await make(question) }
    }

    private func make(_ question: Question) async throws -> Document {
        switch question {
        case .metrics: return try await metrics()
        case .overview:
            let overview = try await overview()
            return Document(
                json: StatusJSON.overview(
                    overview, version: documents.version, phase: source.health.phase, uptime: uptime))
        case .backlog(let target, let limit):
            return Document(json: StatusJSON.backlog(try await overview().backlog, target: target, limit: limit))
        case .sweeps: return Document(json: try documents.sweeps(try await overview().sweeps))
        case .sweep(let id):
            guard let sweep = try await overview().sweeps.first(where: { $0.id == id }) else {
                throw Complaint(
                    .request, "there is no sweep \(id)", at: "sweep \(id)", advice: "/api/v1/sweeps lists them")
            }
            return Document(json: try documents.sweep(sweep))
        case .matrix(let id, let metric, let digits):
            return Document(json: StatusJSON.matrix(try await source.matrix(of: id, metric: metric), digits: digits))
        case .workers(let limit, let search):
            let all = try await workers.answer(true) { [source] in try await source.workers() }
            let found = search.isEmpty ? all : all.filter { Self.matches($0, search) }
            return Document(json: try documents.workers(limit.map { Array(found.prefix($0)) } ?? found))
        case .incidents(let number): return try list(try await source.incidents(after: number))
        case .latestIncidents(let limit): return try list(try await source.latestIncidents(limit))
        case .explain(let id): return Document(json: try documents.explanation(try await source.explanation(of: id)))
        }
    }

    private var uptime: Double { (ContinuousClock.now - start) / .seconds(1) }

    private func overview() async throws -> ClusterOverview {
        try await overviews.answer(true) { [source] in try await source.overview() }
    }

    private func metrics() async throws -> Document {
        let text = MetricsText.text(try await overview(), ProcessFacts.read(), version: documents.version)
        return Document(Array(text.utf8), type: MetricsText.type)
    }

    private func list(_ incidents: [RecordedIncident]) throws -> Document {
        let lines = try incidents.map { try documents.incident($0) }
        return Document(json: "[\(lines.joined(separator: ","))]\n")
    }

    private static func matches(_ worker: WorkerStatus, _ search: String) -> Bool {
        let wanted = search.lowercased()
        return [worker.id, worker.host, worker.state.rawValue].contains { $0.lowercased().contains(wanted) }
    }
}
