package io.topgun.loadtests.fanout;

/** How one writer sends to so many subscribers. */
record FanoutLoad(int subscribers, Pace pace) {

    enum Pace {
        /** A single change, 20 times a second. */
        SINGLE("single", 1, 20),
        /** Eight changes at once, 20 times a second. */
        EIGHT("8 per tick", 8, 20),
        /** As fast as all subscribers get them, {@value Group#WINDOW} changes on their way. */
        LOADED("loaded", 1, 0);

        private final String title;
        private final int changes;
        private final int perSecond;

        Pace(String title, int changes, int perSecond) {
            this.title = title;
            this.changes = changes;
            this.perSecond = perSecond;
        }

        int changes() {
            return changes;
        }

        /** Times a second; 0: as fast as it goes. */
        int perSecond() {
            return perSecond;
        }
    }

    @Override
    public String toString() {
        return subscribers + " subscribers, " + pace.title;
    }
}
