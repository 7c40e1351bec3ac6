/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "emit/service.h"

#include "model/network.h"

void emit_service(const struct model_project *project, const struct model_plan *plan,
                  const char *dir, struct aj_buf *to)
{
    aj_buf_addf(to,
                "# SPDX-License-Identifier: GPL-3.0-or-later\n"
                "# Made by autojail. KERNEL_..., INITRD_... and IMAGE_... of the guests go into\n"
                "# /etc/default/autojail, unless cells.yml names the files.\n"
                "[Unit]\n"
                "Description=Jailhouse and the cells of %s\n",
                project->name);
    /* It would move interrupts away from where the plan has them. */
    if (plan->irqs_count > 0)
        aj_buf_adds(to, "Conflicts=irqbalance.service\n");
    aj_buf_addf(to,
                "\n"
                "[Service]\n"
                "Type=oneshot\n"
                "RemainAfterExit=yes\n"
                "EnvironmentFile=-/etc/default/autojail\n"
                "ExecStart=%s/start.sh\n"
                "ExecStop=%s/stop.sh\n"
                "\n"
                "[Install]\n"
                "WantedBy=multi-user.target\n",
                dir, dir);
}

/* Networks */

struct end {
    const char *cell;
    uint32_t domain, bdf; /* as its Linux numbers them */
    uint32_t device;      /* of the link */
    const char *link;
    bool ipv6;
    const char *address; /* "192.168.19.1/24" */
};

static void add(struct emit_files *files, struct aj_arena *out, const char *name,
                struct aj_buf *text)
{
    const struct aj_output file = {
        .name = name, .data = aj_memdup(out, aj_buf_text(text), text->len), .size = text->len};
    AJ_PUSH(out, &files->list, file);
    aj_buf_free(text);
}

/* The address in ID_PATH of udev, behind the host bridge, whose own place depends on the kernel. */
static void add_networkd(const struct end *end, struct aj_arena *out, struct emit_files *files)
{
    struct aj_buf text = {NULL, 0, 0};
    const char *stem =
        aj_strf(out, "net/%s/networkd/10-autojail-jail%u", end->cell, (unsigned)end->device);
    aj_buf_addf(&text,
                "# Link %s of Jailhouse. Made by autojail.\n"
                "[Match]\n"
                "Driver=ivshmem-net\n"
                "Path=*pci-%04x:%02x:%02x.%x\n"
                "\n"
                "[Link]\n"
                "Name=jail%u\n"
                "MACAddressPolicy=persistent\n",
                end->link, (unsigned)end->domain, (unsigned)end->bdf >> 8,
                (unsigned)end->bdf >> 3 & 31, (unsigned)end->bdf & 7, (unsigned)end->device);
    add(files, out, aj_strf(out, "%s.link", stem), &text);
    aj_buf_addf(&text,
                "# Link %s of Jailhouse. Made by autojail.\n"
                "[Match]\n"
                "Name=jail%u\n"
                "\n"
                "[Network]\n"
                "Address=%s\n"
                "LinkLocalAddressing=%s\n"
                "ConfigureWithoutCarrier=yes\n"
                "\n"
                "[Link]\n"
                "RequiredForOnline=no\n",
                end->link, (unsigned)end->device, end->address, end->ipv6 ? "ipv6" : "no");
    add(files, out, aj_strf(out, "%s.network", stem), &text);
}

/* It comes with the hypervisor, long after boot. */
static void add_ifupdown(const struct end *end, struct aj_buf *to)
{
    aj_buf_addf(to,
                "%s# link %s\n"
                "allow-hotplug jail%u\n"
                "iface jail%u inet%s static\n"
                "    address %s\n",
                to->len > 0 ? "\n" : "# Links of Jailhouse. Made by autojail.\n", end->link,
                (unsigned)end->device, (unsigned)end->device, end->ipv6 ? "6" : "", end->address);
}

/* On one line, whatever is in it. */
static const char *visible(const char *name, struct aj_arena *out)
{
    struct aj_buf text = {NULL, 0, 0};
    aj_buf_add_visible(&text, name);
    const char *copy = aj_strdup(out, aj_buf_text(&text));
    aj_buf_free(&text);
    return copy;
}

static const struct model_link_request *request_of(const struct model_requirements *req,
                                                   const char *name)
{
    for (size_t i = 0; i < req->links_count; i++)
        if (strcmp(req->links[i].name, name) == 0)
            return &req->links[i];
    return NULL;
}

static bool takes_part(const struct model_link_request *link, const char *key, uint32_t *peer)
{
    for (*peer = 0; *peer < link->peers_count; ++*peer)
        if (strcmp(link->peers[*peer], key) == 0)
            return true;
    return false;
}

/* The devices of links are the first of a cell, in the order of the plan. */
static void add_cell(const struct emit_input *input, const char *key, const struct model_cell *cell,
                     struct aj_arena *out, struct emit_files *files)
{
    const bool root = strcmp(key, "root") == 0;
    struct aj_buf interfaces = {NULL, 0, 0};
    size_t device = 0;
    for (size_t i = 0; i < input->plan->links_count; i++) {
        const struct model_plan_link *link = &input->plan->links[i];
        const struct model_link_request *request = request_of(input->req, link->name);
        struct model_network network;
        uint32_t peer;
        if (request == NULL || !takes_part(request, key, &peer) ||
            device >= cell->pci_devices_count)
            continue;
        const struct model_pci_device *pci = &cell->pci_devices[device++];
        if (!model_link_network(input->req, request, &network))
            continue;
        /* A guest's only host bridge is its first, 0; the root has others. */
        const struct end end = {.cell = key,
                                .domain = root ? pci->domain : 0,
                                .bdf = pci->bdf,
                                .device = link->device,
                                .link = visible(link->name, out),
                                .ipv6 = network.ipv6,
                                .address = model_network_host(&network, peer, out)};
        add_networkd(&end, out, files);
        add_ifupdown(&end, &interfaces);
    }
    if (interfaces.len > 0)
        add(files, out, aj_strf(out, "net/%s/interfaces.d/autojail", key), &interfaces);
    aj_buf_free(&interfaces);
}

void emit_network(const struct emit_input *input, struct aj_arena *out, struct emit_files *files)
{
    add_cell(input, "root", input->system->root, out, files);
    for (size_t i = 0; i < input->req->guests_count; i++)
        if (input->req->guests[i].os == MODEL_OS_LINUX)
            add_cell(input, input->req->guests[i].key, &input->system->cells[i], out, files);
}
