package import SweepModel

/// A results file to be written. It replaces nothing but results, and results of another sweep only by force.
package struct ResultsFile: Sendable {
    /// As the user wrote it.
    package var path: String { output.path }
    /// Where that leads through symbolic links.
    package var target: String { output.target }
    private let output: OutputFile
    private let isForced: Bool
    private let performing: ResultsTask.Performing

    /// A results file at `path`. Throws, before any work is done, where it could not be written, and where something else than
    /// results is there.
    /// - Parameters:
    ///   - inputs: what is read, and so never written over.
    ///   - force: whether results of another sweep are replaced.
    ///   - performing: how what is there is looked at.
    package init(
        path: String, inputs: InputFiles = InputFiles(), force: Bool = false,
        performing: @escaping ResultsTask.Performing = ResultsTask.here
    ) throws(Complaint) {
        output = try OutputFile(path: path, inputs: inputs)
        isForced = force
        self.performing = performing
        try output.check { (file) throws(Complaint) in _ = try Self.mark(file, path, performing) }
    }

    /// Throws where the results of another sweep are there.
    package func check(_ mark: ResultsMark) throws(Complaint) { try output.check(rule(mark)) }

    /// Calls `write` with the path of a file to make, and puts that in its place.
    package func replace(_ mark: ResultsMark, _ write: (String) throws -> Void) throws {
        try output.replace(rule(mark), write)
    }

    private func rule(_ mark: ResultsMark) -> OutputFile.Rule {
        { (file) throws(Complaint) in
            let found = try Self.mark(file, path, performing)
            guard !isForced, let difference = found.difference(from: mark) else { return }
            throw Complaint(
                .request, "the output holds the results of another sweep: \(difference)", at: path,
                advice: "name another file, or give --force to replace those results")
        }
    }

    private static func mark(
        _ file: borrowing ExistingFile, _ path: String, _ performing: ResultsTask.Performing
    ) throws(Complaint) -> ResultsMark {
        do throws(Complaint) {
            let texts = try performing(.mark, file.contentsPath)
            if let spec = texts.first { return ResultsMark(spec: spec, stores: Array(texts.dropFirst())) }
        } catch {
            // Over a damaged file a process may break down, which is no more than that.
            guard error.kind == .request else { throw error }
        }
        throw Complaint(
            .request, "the output is a file that holds no results, or damaged ones", at: path,
            advice: "name another file, or move that one away: only results are ever replaced")
    }
}
