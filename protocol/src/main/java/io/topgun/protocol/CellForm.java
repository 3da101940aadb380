package io.topgun.protocol;

/**
 * How a cell names what it shares with others: in a block by index and relative times, in the
 * canonical form by text and absolute times.
 */
interface CellForm {
    /** Writes the parts that differ. */
    interface Out {
        void writer(CborWriter out, String writer);

        /** Name of the field with this index. */
        void name(CborWriter out, String[] names, int field);

        long baseMs();
    }

    /** Reads the parts that differ. */
    interface In {
        String writer(CborReader in);

        String name(CborReader in);

        long baseMs();
    }

    /** The canonical form, both ways. */
    final class Canonical implements Out, In {
        static final Canonical INSTANCE = new Canonical();

        private Canonical() {}

        @Override
        public void writer(CborWriter out, String writer) {
            out.text(writer);
        }

        @Override
        public void name(CborWriter out, String[] names, int field) {
            out.text(names[field]);
        }

        @Override
        public String writer(CborReader in) {
            return SharedNames.INSTANCE.text(in);
        }

        @Override
        public String name(CborReader in) {
            return SharedNames.INSTANCE.text(in);
        }

        @Override
        public long baseMs() {
            return 0;
        }
    }
}
