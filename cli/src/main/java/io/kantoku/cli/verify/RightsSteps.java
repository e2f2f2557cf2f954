package io.kantoku.cli.verify;

import io.kantoku.cli.trial.Kubectl;
import io.kantoku.cli.trial.Outcome;
import java.util.List;

/** What a DevOps user cannot do on the Supervisor. */
final class RightsSteps {
    private final Walk walk;

    RightsSteps(Walk walk) {
        this.walk = walk;
    }

    List<Step> steps() {
        return List.of(
                new Step("pods and deployments are refused on the Supervisor, with the reason", "A2", this::noPods),
                new Step("the DevOps user sees its own namespace only", "", this::rights));
    }

    private void noPods() throws InterruptedException {
        Kubectl kubectl = walk.supervisor();
        for (String command : List.of("run web --image=nginx", "create deployment web --image=nginx")) {
            kubectl.run(command).fails().complains("orbidden", "no vSphere Pods", "NSX-T", "TanzuKubernetesCluster");
        }
    }

    private void rights() throws InterruptedException {
        Kubectl kubectl = walk.supervisor();
        String user = "User \"sso:" + Walk.LOGIN + "\" cannot ";
        kubectl.run("get namespaces")
                .fails()
                .complains("Forbidden", user + "list resource \"namespaces\"", "at the cluster scope");
        kubectl.run("get secrets -n " + Walk.OTHER_NAMESPACE)
                .fails()
                .complains("Forbidden", user + "list resource \"secrets\"", "in the namespace \"ns2\"");
        kubectl.run("get secrets -n kube-system").fails().complains("orbidden");
        kubectl.run("get tanzukubernetesclusters -A").fails().complains("orbidden");
        kubectl.run("create namespace mine").fails().complains("orbidden");
        kubectl.run("create clusterrolebinding mine --clusterrole=cluster-admin --user=sso:" + Walk.LOGIN)
                .fails()
                .complains("orbidden");
        allowed("yes", kubectl.run("auth can-i create tanzukubernetesclusters.run.tanzu.vmware.com"));
        allowed("no", kubectl.run("auth can-i create tanzukubernetesclusters.run.tanzu.vmware.com -n ns2"));
        allowed("no", kubectl.run("auth can-i delete nodes"));
        allowed("no", kubectl.run("auth can-i update storageclasses"));
    }

    private static void allowed(String wanted, Outcome answer) {
        if (!answer.text().equals(wanted)) {
            answer.fail("expected \"" + wanted + "\"");
        }
    }
}
