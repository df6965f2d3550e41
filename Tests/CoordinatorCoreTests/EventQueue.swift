/// What will happen when, in order of time and then of arrival: a binary heap of places, so that events stay where they are.
struct EventQueue<Event> {
    private struct Place {
        let time: Duration
        let order: Int
        let slot: Int

        static func < (a: Place, b: Place) -> Bool { a.time != b.time ? a.time < b.time : a.order < b.order }
    }

    private var heap: [Place] = []
    private var events: [Event?] = []
    private var free: [Int] = []
    private var count = 0

    mutating func add(_ event: Event, at time: Duration) {
        let slot: Int
        if let last = free.popLast() {
            slot = last
            events[slot] = event
        } else {
            slot = events.count
            events.append(event)
        }
        heap.append(Place(time: time, order: count, slot: slot))
        count += 1
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func take() -> (time: Duration, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        free.append(first.slot)
        return events[first.slot].take().map { (first.time, $0) }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in 2 * parent + 1...2 * parent + 2 where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
