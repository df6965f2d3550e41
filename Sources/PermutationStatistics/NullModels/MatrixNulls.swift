package import SweepModel

/// `cka` and `cka_rbf`: products of doubly centred kernels.
package enum CentredKernelNull: MatrixNullModel {
    package static var metrics: [MetricKind] { [.cka, .ckaRBF] }

    package static func numbers(of matrix: NullMatrix) throws -> KernelNumbers {
        switch matrix {
        case .entries: preconditionFailure("a kernel has a diagonal")
        case .kernel(_, let kernel): .centred(kernel)
        case .factor(let rows): try .centred(rows)
        }
    }

    package static func fits(_ numbers: KernelNumbers, sampleCount: Int, k: Int?) -> Bool {
        numbers.fits(sampleCount: sampleCount)
    }

    package static func moments(_ x: KernelNumbers, _ y: KernelNumbers, _ variant: Variant) -> NullMoments {
        x.moments(with: y)
    }
}

/// `unbiased_cka` and `distance_correlation`: products of U-centred matrices.
package enum UCentredNull: MatrixNullModel {
    package static var metrics: [MetricKind] { [.unbiasedCKA, .distanceCorrelation] }

    package static func numbers(of matrix: NullMatrix) throws -> KernelNumbers {
        switch matrix {
        case .entries(let pairs): .uCentred(pairs)
        case .kernel(let pairs, let kernel): .uCentred(pairs, of: kernel)
        case .factor(let rows): try .uCentred(rows)
        }
    }

    package static func fits(_ numbers: KernelNumbers, sampleCount: Int, k: Int?) -> Bool {
        numbers.fits(sampleCount: sampleCount)
    }

    package static func moments(_ x: KernelNumbers, _ y: KernelNumbers, _ variant: Variant) -> NullMoments {
        x.moments(with: y)
    }
}

/// `rsa`: products of centred ranks.
package enum RankNull: MatrixNullModel {
    package static var metrics: [MetricKind] { [.rsa] }

    package static func numbers(of matrix: NullMatrix) throws -> RankNumbers {
        guard case .entries(let pairs) = matrix else { preconditionFailure("ranks are kept by their entries") }
        return RankNumbers(pairs)
    }

    package static func fits(_ numbers: RankNumbers, sampleCount: Int, k: Int?) -> Bool {
        numbers.fits(sampleCount: sampleCount)
    }

    package static func moments(_ x: RankNumbers, _ y: RankNumbers, _ variant: Variant) -> NullMoments {
        x.moments(with: y)
    }
}
