import LinearAlgebra
import SweepTestSupport

/// Layers with the spectra that decide how long their artifacts take.
enum SyntheticLayers {
    /// Normal values of which the directions' scale falls like 1/√j, as those of networks do, mixed over all columns.
    static func falling(samples: Int, width: Int, seed: UInt64) -> Matrix<Float> {
        var generator = SeededGenerator(seed: seed)
        let factors = min(samples, width, 64)
        let result = Matrix<Float>(rows: samples, columns: width, repeating: 0)
        let loadings = (0..<(factors * width)).map { _ in Float(generator.normal()) }
        for i in 0..<samples {
            let row = result.row(i)
            for j in row.indices { row[j] = Float(0.5 * generator.normal()) }
            for factor in 0..<factors {
                let weight = Float(generator.normal() / Double(factor + 1).squareRoot())
                for j in row.indices { row[j] += weight * loadings[factor * width + j] }
            }
        }
        return result
    }

    /// Independent normal values: no direction stands out.
    static func flat(samples: Int, width: Int, seed: UInt64) -> Matrix<Float> {
        var generator = SeededGenerator(seed: seed)
        let result = Matrix<Float>(rows: samples, columns: width, repeating: 0)
        for position in result.elements.indices { result.elements[position] = Float(generator.normal()) }
        return result
    }
}
