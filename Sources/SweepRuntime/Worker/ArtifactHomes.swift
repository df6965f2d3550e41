internal import SweepModel
internal import WorkerCore

/// Finds out where a worker's artifacts are, again whenever a coordinator says where its own are; the thread's that computes.
final class ArtifactHomes {
    private let own: WorkerArtifacts
    private let link: ArtifactLink
    private var shared: (path: String, home: ArtifactHome)?
    private var remote: (path: String, home: ArtifactHome)?
    /// What was said last.
    private var said = ""

    init(own: WorkerArtifacts, link: ArtifactLink) {
        self.own = own
        self.link = link
    }

    /// The home beside the coordinator's directory at `path`, where a file holds `token`; what a person is told of it, if that is news.
    func home(_ path: String, token: String) throws(Complaint) -> (ArtifactHome, news: String?) {
        if ArtifactHome.sees(path, token: token) {
            let home: ArtifactHome
            if let shared, shared.path == path { home = shared.home } else { home = try ArtifactHome(shared: path) }
            shared = (path, home)
            return (home, news("artifacts are shared: this host sees the coordinator's directory \(path)"))
        }
        let home: ArtifactHome
        if let remote, remote.path == path {
            home = remote.home
        } else {
            home = try ArtifactHome(own: own.path, limit: own.limit, remote: path, channel: link)
        }
        remote = (path, home)
        return (
            home,
            news(
                "artifacts go through the coordinator: this host does not see its directory \(path), and keeps them in \(own.path)"
            )
        )
    }

    private func news(_ text: String) -> String? {
        defer { said = text }
        return text == said ? nil : text
    }
}
