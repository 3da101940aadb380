package io.topgun.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Who may depend on whom, over the classes of every module that this one sees. */
class ModuleRulesTest {
    private static final String CRDT = "io.topgun.crdt..";
    private static final String PROTOCOL = "io.topgun.protocol..";
    private static final String PERSISTENCE = "io.topgun.persistence..";
    private static final String NODE = "io.topgun.node..";

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.topgun");

    @Test
    void crdtDependsOnTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage(CRDT)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(CRDT, "java..", "org.jspecify..")
                .check(OURS);
    }

    @Test
    void protocolDependsOnCrdtAndJackson() {
        classes()
                .that()
                .resideInAPackage(PROTOCOL)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(PROTOCOL, CRDT, "com.fasterxml.jackson..", "java..", "org.jspecify..")
                .check(OURS);
    }

    @Test
    void persistenceDependsOnNoneOfOurs() {
        noClasses()
                .that()
                .resideInAPackage(PERSISTENCE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CRDT, PROTOCOL, NODE)
                .check(OURS);
    }

    @Test
    void onlyTheGatewayKnowsWhoseSocketsTheyAre() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.topgun.node.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .check(OURS);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("io.topgun.(**)").should().beFreeOfCycles().check(OURS);
    }

    /** NullAway looks at marked packages only, so a forgotten mark would switch it off unseen. */
    @Test
    void everyPackageIsNullMarked() {
        classes().should(resideInANullMarkedPackage()).check(OURS);
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package marked @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(type, marked, type.getName() + " is not in a @NullMarked package"));
            }
        };
    }
}
