/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/extract/fixture.h"

#include "model/jailhouse.h"

static const struct model_board_console *console_of(const struct model_board *board,
                                                    const char *name)
{
    const struct model_board_console *console = model_board_console_of(board, name);
    if (console == NULL)
        fail_msg("no console %s", name);
    return console;
}

static void pl011(void **state)
{
    const struct model_board *board = fixture_board_of(*state, "");
    const struct model_board_console *console = console_of(board, "serial0");
    assert_int_equal(board->consoles_count, 1);
    assert_int_equal(console->type, JAILHOUSE_CON_TYPE_PL011);
    assert_int_equal(console->address, 0x9000000);
    assert_int_equal(console->size, 0x1000);
    assert_int_equal(console->regdist, 4);
    assert_int_equal(console->intid, 33);
    assert_int_equal(console->baud, 115200);
    assert_int_equal(console->clock_hz, 24000000);
    assert_true(console->mmio);
    assert_true(console->active);
    assert_string_equal(board->stdout_path, "/serial@9000000");
}

#define UART(name, address, compatible, more)                    \
    " " name " { compatible = " compatible "; reg = <0 " address \
    " 0 0x40>; interrupts = <0 9 4>; " more " };"

/* T33: the table says the distance of the registers, reg-shift only where drivers ask it. */
static void t33_distances(void **state)
{
    const struct model_board *board = fixture_board_of(
        *state,
        "/ {" UART("aux", "0x1000", "\"brcm,bcm2835-aux-uart\"",
                   "") UART("ls", "0x2000", "\"fsl,ns16550\", \"ns16550a\"",
                            "clock-frequency = <300000000>; current-speed = <9600>;")
            UART("dw", "0x3000", "\"snps,dw-apb-uart\"", "reg-shift = <2>; reg-io-width = <1>;")
                UART("ti", "0x4000", "\"ti,am654-uart\"", "")
                    UART("tegra", "0x5000", "\"nvidia,tegra186-uart\", \"nvidia,tegra20-uart\"", "")
                        UART("imx", "0x6000", "\"fsl,imx8mq-uart\", \"fsl,imx6q-uart\"", "")
                            UART("qcom", "0x7000", "\"qcom,geni-debug-uart\"", "")
                                UART("off", "0x8000", "\"arm,pl011\"", "status = \"disabled\";")
                                    UART("lsl", "0xa000", "\"fsl,ls1028a-lpuart\"", "") "};");
    assert_int_equal(console_of(board, "aux")->regdist, 4);
    assert_int_equal(console_of(board, "aux")->type, JAILHOUSE_CON_TYPE_8250);
    assert_int_equal(console_of(board, "ls")->regdist, 1);
    assert_int_equal(console_of(board, "ls")->clock_hz, 300000000);
    assert_int_equal(console_of(board, "ls")->baud, 9600);
    assert_int_equal(console_of(board, "dw")->regdist, 4);
    assert_int_equal(device_of(board, "dw")->reg_io_width, 1);
    assert_int_equal(console_of(board, "ti")->regdist, 4);
    assert_int_equal(console_of(board, "tegra")->type, JAILHOUSE_CON_TYPE_8250);
    assert_int_equal(console_of(board, "imx")->type, JAILHOUSE_CON_TYPE_IMX);
    assert_null(model_board_console_of(board, "qcom"));
    assert_null(model_board_console_of(board, "off"));
    assert_null(model_board_console_of(board, "lsl"));
}

#define SECOND UART("second@9100000", "0x9100000", "\"arm,pl011\"", "")

/* T31: Linux may print elsewhere than the boot loader said. */
static void t31_what_linux_uses(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/consoles",
                 "tty0                 -WU (E  p  )    4:1\n"
                 "ttyAMA1              -W- (EC p a)  204:65\n");
    fixture_file(f, "/sys/class/tty/ttyAMA1/iomem_base", "0x9100000\n");
    const struct model_board *board = fixture_board_of(f, "/ {" SECOND "};");
    assert_false(console_of(board, "serial0")->active);
    assert_true(console_of(board, "second@9100000")->active);
    assert_int_equal(notes_of(board, "console-differs"), 1);
    assert_int_equal(console_of(board, "second@9100000")->baud, AJ_NONE32);
}

static void by_the_node_of_a_tty(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/consoles", "ttyAMA1 -W- (EC p a) 204:65\n");
    fixture_file(f, "/sys/class/tty/ttyAMA1/device/of_node.link",
                 "../../../firmware/devicetree/base/second@9100000\n");
    assert_true(console_of(fixture_board_of(f, "/ {" SECOND "};"), "second@9100000")->active);
}

/* T29, T30: a stdout-path that leads nowhere, or to a disabled UART. */
static void t29_missing_alias(void **state)
{
    struct extract_fixture *f = *state;
    fixture_file(f, "/proc/cmdline", "console=tty1 console=ttyAMA0,9600 quiet\n");
    const struct model_board *board =
        fixture_board_of(f, "/ { chosen { stdout-path = \"framebuffer0\"; }; };");
    assert_true(console_of(board, "serial0")->active);
    assert_int_equal(console_of(board, "serial0")->baud, 9600);
    assert_null(board->stdout_path);
}

static void t30_disabled(void **state)
{
    const struct model_board *board =
        fixture_board_of(*state, "&uart0 { status = \"disabled\"; }; / {" SECOND "};");
    assert_int_equal(board->consoles_count, 1);
    assert_true(console_of(board, "second@9100000")->active);
}

static void no_uart_at_all(void **state)
{
    assert_int_equal(fixture_board_of(*state, "&uart0 { compatible = \"nvidia,tegra194-tcu\"; };")
                         ->consoles_count,
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXTRACT_TEST(pl011),
        EXTRACT_TEST(t33_distances),
        EXTRACT_TEST(t31_what_linux_uses),
        EXTRACT_TEST(by_the_node_of_a_tty),
        EXTRACT_TEST(t29_missing_alias),
        EXTRACT_TEST(t30_disabled),
        EXTRACT_TEST(no_uart_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
