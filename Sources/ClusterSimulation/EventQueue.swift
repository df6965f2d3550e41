/// What will happen when, in order of time and then of arrival: a binary heap of places, so that events stay where they are.
package struct EventQueue<Time: Comparable, Event> {
    @usableFromInline
    struct Place {
        @usableFromInline let time: Time
        @usableFromInline let order: Int
        @usableFromInline let slot: Int

        @inlinable
        init(time: Time, order: Int, slot: Int) {
            self.time = time
            self.order = order
            self.slot = slot
        }

        @inlinable
        static func < (a: Place, b: Place) -> Bool { a.time != b.time ? a.time < b.time : a.order < b.order }
    }

    @usableFromInline var heap: [Place] = []
    @usableFromInline var events: [Event?] = []
    @usableFromInline var free: [Int] = []
    @usableFromInline var count = 0

    @inlinable package init() {}

    @inlinable
    package mutating func add(_ event: Event, at time: Time) {
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

    @inlinable
    package mutating func take() -> (time: Time, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        free.append(first.slot)
        return events[first.slot].take().map { (first.time, $0) }
    }

    @inlinable
    mutating func sink() {
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
