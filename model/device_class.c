/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kind of device a device is: by its class code on PCI, by the name of its node elsewhere. */
#include "model/model_priv.h"
#include "model/requirements_priv.h"

#define COST_MAX 1000000

const struct aj_name model_device_class_names[] = {
    {MODEL_CLASS_ADC, "adc"},           {MODEL_CLASS_AUDIO, "audio"},
    {MODEL_CLASS_CAN, "can"},           {MODEL_CLASS_DISPLAY, "display"},
    {MODEL_CLASS_ETHERNET, "ethernet"}, {MODEL_CLASS_GPIO, "gpio"},
    {MODEL_CLASS_I2C, "i2c"},           {MODEL_CLASS_MMC, "mmc"},
    {MODEL_CLASS_NVME, "nvme"},         {MODEL_CLASS_PWM, "pwm"},
    {MODEL_CLASS_RTC, "rtc"},           {MODEL_CLASS_SATA, "sata"},
    {MODEL_CLASS_SERIAL, "serial"},     {MODEL_CLASS_SPI, "spi"},
    {MODEL_CLASS_TIMER, "timer"},       {MODEL_CLASS_USB, "usb"},
    {MODEL_CLASS_WATCHDOG, "watchdog"}, {0, NULL},
};

/*
 * Generic names of nodes: Devicetree Specification 0.4, 2.2.2, and what boards of old have instead.
 * Class and subclass of functions: PCI Code and ID Assignment Specification 1.11, chapter 1.
 */
static const struct {
    uint8_t class;
    const char *node; /* NULL: of functions alone */
    uint16_t code;    /* 0: of nodes alone */
} kinds[] = {
    {MODEL_CLASS_ADC, "adc", 0},
    {MODEL_CLASS_AUDIO, "audio-controller", 0x0403},
    {MODEL_CLASS_AUDIO, "i2s", 0x0401},
    {MODEL_CLASS_AUDIO, "sound", 0},
    {MODEL_CLASS_CAN, "can", 0x0c09},
    {MODEL_CLASS_DISPLAY, "display", 0x0300},
    {MODEL_CLASS_DISPLAY, "display-controller", 0x0380},
    {MODEL_CLASS_DISPLAY, "hdmi", 0x0302},
    {MODEL_CLASS_ETHERNET, "ethernet", 0x0200},
    {MODEL_CLASS_GPIO, "gpio", 0},
    {MODEL_CLASS_I2C, "i2c", 0x0c05},
    {MODEL_CLASS_MMC, "mmc", 0x0805},
    {MODEL_CLASS_MMC, "mmcnr", 0},
    {MODEL_CLASS_MMC, "sdhci", 0},
    {MODEL_CLASS_NVME, "nvme", 0x0108},
    {MODEL_CLASS_PWM, "pwm", 0},
    {MODEL_CLASS_RTC, "rtc", 0x0803},
    {MODEL_CLASS_SATA, "sata", 0x0106},
    {MODEL_CLASS_SERIAL, "serial", 0x0700},
    {MODEL_CLASS_SERIAL, "uart", 0},
    {MODEL_CLASS_SPI, "spi", 0},
    {MODEL_CLASS_TIMER, "timer", 0x0802},
    {MODEL_CLASS_USB, "usb", 0x0c03},
    {MODEL_CLASS_WATCHDOG, "watchdog", 0x0806},
};

/* "/soc/spi@7e204000" and "spi0" are a "spi". */
static bool is_called(const char *name, const char *node)
{
    const char *slash = strrchr(name, '/');
    const char *rest = slash != NULL ? slash + 1 : name;
    const size_t len = strlen(node);
    if (strncmp(rest, node, len) != 0)
        return false;
    rest += len;
    while (*rest >= '0' && *rest <= '9')
        rest++;
    return *rest == '\0' || *rest == '@';
}

bool model_device_is_of_class(const struct model_device *device, enum model_device_class class)
{
    const char *name = device->path != NULL ? device->path : device->name;
    for (size_t i = 0; i < AJ_COUNT(kinds); i++) {
        if (kinds[i].class != class)
            continue;
        if (device->pci != NULL
                ? kinds[i].code != 0 && device->pci->class_code >> 8 == kinds[i].code
                : kinds[i].node != NULL && is_called(name, kinds[i].node))
            return true;
    }
    return false;
}

/* Devices of a cell: names, and maps that say more. `value` is the member devices of its request. */

static const struct aj_field name_fields[] = {
    AJ_F_STRINGS(struct model_cell_request, devices),
};
static const struct aj_schema name_schema = {
    .what = "cell",
    .size = sizeof(struct model_cell_request),
    .fields = name_fields,
    .fields_count = AJ_COUNT(name_fields),
};

static enum aj_status want_finish(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                  void *value)
{
    const struct model_device_want *want = (const struct model_device_want *)value;
    const struct aj_yaml *cost = aj_yaml_get(node, "cost");
    if ((want->device == NULL) == (want->any == MODEL_CLASS_NONE))
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "device-wish", node->loc,
                                "expected either 'device', a name, or 'any', a class of devices"));
    if (cost != NULL && want->cost == 0)
        return model_at(cx, path,
                        aj_fail(cx, AJ_ERR_INPUT, "range", cost->loc,
                                "a cost is from 1 to %d: leave it out where the device is needed",
                                COST_MAX));
    return AJ_OK;
}

static const struct aj_field want_fields[] = {
    AJ_F_STRING(struct model_device_want, device),
    AJ_F_ENUM(struct model_device_want, any, model_device_class_names, MODEL_CLASS_NONE,
              .max = MODEL_CLASS_WATCHDOG),
    AJ_F_UINT(struct model_device_want, cost, 0, .max = COST_MAX),
};
static const struct aj_schema want_schema = {
    .what = "device",
    .size = sizeof(struct model_device_want),
    .fields = want_fields,
    .fields_count = AJ_COUNT(want_fields),
    .at_offset = offsetof(struct model_device_want, at),
    .has_at = true,
    .finish = want_finish,
};

static struct model_cell_request *cell_of(void *value)
{
    return (struct model_cell_request *)((char *)value -
                                         offsetof(struct model_cell_request, devices));
}

static enum aj_status devices_read(struct aj_ctx *cx, const struct aj_yaml *node, const char *path,
                                   struct aj_arena *out, void *value)
{
    struct model_cell_request *cell = cell_of(value);
    const bool list = node->kind == AJ_YAML_SEQ;
    size_t maps = 0;
    for (size_t i = 0; list && i < node->count; i++)
        maps += node->items[i]->kind == AJ_YAML_MAP;
    if (maps == 0)
        return model_read_field(cx, &name_schema, node, path, out, cell);
    const char **names = aj_alloc_array(out, node->count, sizeof *names);
    struct model_device_want *wants = AJ_NEW_ARRAY(out, struct model_device_want, maps);
    enum aj_status status = AJ_OK;
    cell->devices = names;
    cell->wants = wants;
    for (size_t i = 0; i < node->count; i++) {
        const struct aj_yaml *item = node->items[i];
        const char *below = aj_strf(out, "%s[%zu]", path, i);
        struct model_cell_request one = {.devices = NULL};
        if (item->kind == AJ_YAML_MAP) {
            status = aj_worse(status, aj_schema_read(cx, &want_schema, item, below, out,
                                                     &wants[cell->wants_count++]));
            continue;
        }
        status = aj_worse(status, model_read_field(cx, &name_schema, item, path, out, &one));
        if (one.devices_count == 1)
            names[cell->devices_count++] = one.devices[0];
    }
    return status;
}

static void devices_write(struct aj_yaml_writer *w, const void *value, struct aj_arena *scratch)
{
    const struct model_cell_request *cell =
        (const struct model_cell_request *)((const char *)value -
                                            offsetof(struct model_cell_request, devices));
    (void)scratch;
    aj_yaml_write_seq(w, AJ_YAML_BLOCK);
    for (size_t i = 0; i < cell->devices_count; i++)
        aj_yaml_write_string(w, cell->devices[i]);
    for (size_t i = 0; i < cell->wants_count; i++)
        aj_schema_write(w, &want_schema, &cell->wants[i]);
    aj_yaml_write_end_seq(w);
}

static bool devices_are_default(const void *value)
{
    const struct model_cell_request *cell =
        (const struct model_cell_request *)((const char *)value -
                                            offsetof(struct model_cell_request, devices));
    return cell->devices_count == 0 && cell->wants_count == 0;
}

const struct aj_custom_field model_devices_field = {devices_read, devices_write,
                                                    devices_are_default};

struct aj_loc model_device_loc(const struct model_cell_request *cell, size_t index)
{
    const struct aj_yaml *list = aj_yaml_get(cell->at, "devices");
    for (size_t i = 0; list != NULL && list->kind == AJ_YAML_SEQ && i < list->count; i++) {
        if (list->items[i]->kind == AJ_YAML_MAP)
            continue;
        if (index-- == 0)
            return list->items[i]->loc;
    }
    return aj_yaml_loc(cell->at, "devices");
}
