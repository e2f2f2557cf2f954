package io.kantoku.vsphere.vcenter;

import com.fasterxml.jackson.databind.JsonNode;
import io.kantoku.vsphere.library.ContentLibraries;
import io.kantoku.vsphere.library.ContentLibrary;
import io.kantoku.vsphere.library.LibraryItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** The content libraries of a vCenter, read each time. */
final class VcenterLibraries implements ContentLibraries {
    private static final String BASE = "/rest/com/vmware/content/library";

    private final VcenterSession vcenter;

    VcenterLibraries(VcenterSession vcenter) {
        this.vcenter = vcenter;
    }

    @Override
    public List<ContentLibrary> list() {
        List<ContentLibrary> libraries = new ArrayList<>();
        for (JsonNode id : vcenter.get(BASE)) {
            JsonNode json = vcenter.get(BASE + "/id:" + id.asText());
            libraries.add(new ContentLibrary(
                    UUID.fromString(id.asText()),
                    json.path("name").asText(),
                    json.path("type").asText().equals("SUBSCRIBED")
                            ? ContentLibrary.Type.SUBSCRIBED
                            : ContentLibrary.Type.LOCAL,
                    json.path("subscription_info").path("subscription_url").asText("")));
        }
        libraries.sort(Comparator.comparing(ContentLibrary::id));
        return libraries;
    }

    @Override
    public List<LibraryItem> items(UUID library) {
        get(library);
        List<LibraryItem> items = new ArrayList<>();
        for (JsonNode id : vcenter.get(BASE + "/item?library_id=" + library)) {
            JsonNode json = vcenter.get(BASE + "/item/id:" + id.asText());
            items.add(new LibraryItem(
                    UUID.fromString(id.asText()),
                    library,
                    json.path("name").asText(),
                    json.path("type").asText("ovf"),
                    json.path("version").asText("1"),
                    json.path("size").asLong(0),
                    json.path("cached").asBoolean(true)));
        }
        items.sort(Comparator.comparing(LibraryItem::name));
        return items;
    }
}
