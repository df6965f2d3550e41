import Testing

@testable import SweepModel

struct ModelSurveyTests {
    private func layer(_ index: Int) -> PlannedLayer { PlannedLayer(model: 0, index: index, name: "", width: 1) }

    @Test func oneThresholdIsEveryLayers() {
        let survey = ModelSurvey(clipThresholds: [2.5], layerDigests: [], warnings: [])
        for index in [0, 3, PlannedLayer.concatenation] { #expect(survey.clipThresholds(of: layer(index)) == [2.5]) }
    }

    @Test func layersThatAreClippedByThemselvesHaveTheirOwn() {
        let survey = ModelSurvey(clipThresholds: [1, 2, 3], layerDigests: [], warnings: [])
        #expect(survey.clipThresholds(of: layer(0)) == [1])
        #expect(survey.clipThresholds(of: layer(2)) == [3])
        #expect(survey.clipThresholds(of: layer(PlannedLayer.concatenation)) == [1, 2, 3])
    }
}
