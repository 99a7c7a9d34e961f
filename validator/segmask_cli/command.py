"""Commands with examples in their help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click


class Command(click.Command):
    """A command whose help ends with examples and with its exit codes.

    Attributes:
        examples: what can be typed after the command's name, each with what it does.
        exits: its exit codes.
    """

    def __init__(
        self,
        name: str | None,
        *,
        examples: Sequence[tuple[str, str]] = (),
        exits: str = "0 done, 2 bad usage or the tool itself failed.",
        context_settings: dict[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(name, context_settings={**SETTINGS, **(context_settings or {})}, **settings)
        self.params.append(_color())
        self.examples = tuple(examples)
        self.exits = exits

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """See `click.Command.parse_args`; an option that takes one value is not given twice."""
        if not ctx.resilient_parsing:
            _, _, order = self.make_parser(ctx).parse_args(args=list(args))
            for option in order:
                is_single = isinstance(option, click.Option) and not (option.multiple or option.is_flag or option.count)
                if is_single and order.count(option) > 1:
                    raise click.UsageError(
                        f"{max(option.opts, key=len)} is given {order.count(option)} times, and takes one value"
                    )
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the examples, under the name that the command was called by, and the exit codes."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.example_lines(ctx.command_path):
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        with formatter.section("Exit codes"):
            formatter.write_text(self.exits)

    def example_lines(self, path: str) -> list[str]:
        """The examples as typed, each under a comment; `path` is how the command is called."""
        return [line for words, does in self.examples for line in (f"# {does}", f"{path} {words}".rstrip())]


SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""What all commands do alike: `click.Context` says what each means."""


def _color() -> click.Option:
    """Every command's option, without a parameter of the function."""

    def choose(context: click.Context, _option: click.Parameter, choice: str) -> None:
        from segmask_cli.output import color_of

        context.color = color_of(choice)

    return click.Option(
        ["--color"],
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        expose_value=False,
        is_eager=True,
        callback=choose,
        help="Colours; auto goes by the terminal, NO_COLOR and FORCE_COLOR.",
    )


def _say_version(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from importlib.metadata import version as version_of

        from segmask.native.library import description

        tool = context.find_root().info_name
        click.echo(f"{tool}, version {version_of('segmask')} ({description()})")
        context.exit()


version = click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
