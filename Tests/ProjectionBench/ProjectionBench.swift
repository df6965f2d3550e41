import Projection
import SweepModel

/// Times UMAP on synthetic matrices: `projection-bench N [RUNS]` prints the seconds of each run and the median.
@main
struct ProjectionBench {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let n = arguments.first ?? 78
        let runs = arguments.count > 1 ? arguments[1] : 5
        let matrix = try DistanceMatrix(
            distances: clusteredDistances(n), rows: n, columns: n, at: "synthetic matrix")
        let clock = ContinuousClock()
        func seconds(_ work: () throws -> Void) rethrows -> Double { try clock.measure(work) / .seconds(1) }
        var times: [Double] = []
        for seed in 0..<max(runs, 1) {
            times.append(try seconds { _ = try UMAP.points(matrix, UMAPSettings(seed: UInt64(seed))) })
        }
        let classical = try ClassicalScaling(matrix)
        let smacof = seconds { _ = StressMajorisation(matrix, from: classical.points) }
        let whole = try seconds { _ = try ModelMap(matrix) }
        print("n \(n) runs \(times) median \(times.sorted()[times.count / 2])")
        print("smacof \(smacof) whole map \(whole)")
    }

    /// Six clusters in five dimensions with noise on every distance, from integers alone so that Python makes the same.
    static func clusteredDistances(_ n: Int) -> [Double] {
        var state: UInt64 = 1
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-53
        }
        let centres = (0..<6).map { _ in (0..<5).map { _ in 1.5 * uniform() } }
        let points = (0..<n).map { i in (0..<5).map { centres[i % 6][$0] + uniform() } }
        var values = [Double](repeating: 0, count: n * n)
        for i in 0..<n {
            for j in (i + 1)..<max(n, i + 1) {
                let squares = zip(points[i], points[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                let d = squares.squareRoot() * (0.85 + 0.3 * uniform())
                values[i * n + j] = d
                values[j * n + i] = d
            }
        }
        return values
    }
}
