using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Vigil.Cli.Benchmarks;
using Vigil.Cli.Commands;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Matching.Lists;
using Vigil.Media;
using Vigil.Server;

namespace Vigil.Cli;

/// <summary>
/// The root command: what exists, how errors become messages and exit codes, how Ctrl-C arrives.
/// </summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        using var terminal = new Terminal();
        using var stop = new CancellationTokenSource();
        // The first Ctrl-C stops cleanly; the second ends the process at once, as without a handler.
        Action<PosixSignalContext> onSignal = context =>
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        };
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, onSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, onSignal);

        var root = CreateRoot(terminal);
        // "@name" is a legal file name here, not a response file.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            // The parser says of an unknown command first that a command is missing.
            var unknown = parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens.Count > 0;
            foreach (var error in unknown ? parsed.Errors.Skip(1) : parsed.Errors)
            {
                terminal.Warn(Printable.Of(error.Message));
            }

            terminal.Warn($"Run '{NameOf(parsed.CommandResult.Command)} --help' to see how it is used.");
            return ExitCode.Usage;
        }
        return Invoke(parsed, terminal, stop.Token);
    }

    private static RootCommand CreateRoot(Terminal terminal)
    {
        var root = new RootCommand(
            "Vigil finds known pictures and videos by fingerprint. What is hashed or scanned from here is not "
                + "kept, and does not leave this machine."
        );
        Verb.AddDetailsTo(
            root,
            """
            Exit codes: 0 ok; 1 found, or verification failed; 2 usage, or not in this version; 3 some inputs could
            not be processed (wins over 1). Standard output carries data only.

            Example:
              vigil scan ~/uploads --list known.txt
            """
        );
        root.Options.Add(SharedOptions.Data);
        root.Options.Add(SharedOptions.MediaSandbox);
        root.Subcommands.Add(HashCommand.Create(terminal));
        root.Subcommands.Add(MatchCommand.Create(terminal));
        root.Subcommands.Add(CompareCommand.Create(terminal));
        root.Subcommands.Add(ListCommand.Create(terminal));
        root.Subcommands.Add(ScanCommand.Create(terminal));
        root.Subcommands.Add(ServeCommand.Create(terminal));
        root.Subcommands.Add(LedgerCommand.Create(terminal));
        root.Subcommands.Add(KeysCommand.Create(terminal));
        root.Subcommands.Add(CybertipCommand.Create(terminal));
        root.Subcommands.Add(PackageCommand.Create(terminal));
        root.Subcommands.Add(DoctorCommand.Create(terminal));
        root.Subcommands.Add(DemoCommand.Create(terminal));
        root.Subcommands.Add(SimulateCommand.Create(terminal));
        root.Subcommands.Add(BenchCommand.Create(terminal));
        foreach (var later in LaterCommands.Create(terminal))
        {
            root.Subcommands.Add(later);
        }

        return root;
    }

    private static int Invoke(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            var code = parsed.InvokeAsync(configuration, cancellation).GetAwaiter().GetResult();
            terminal.Flush();
            return code;
        }
        catch (UsageException e)
        {
            terminal.Warn(e.Message);
            return ExitCode.Usage;
        }
        catch (ServerStartException e)
        {
            terminal.Warn(Printable.Of(e.Message));
            return e.IsSetting ? ExitCode.Usage : ExitCode.Incomplete;
        }
        catch (BenchWrongException e)
        {
            terminal.Warn(e.Message);
            return ExitCode.Found;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            terminal.Warn("Stopped before the end; not every input was processed.");
            return ExitCode.Incomplete;
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or ListFormatException
                        or MediaSandboxException
            )
        {
            terminal.Warn(Printable.Of(Advice.For(e)));
            return ExitCode.Incomplete;
        }
    }

    private static string NameOf(Command command) =>
        command is RootCommand
            ? "vigil"
            : string.Join(' ', command.Parents.OfType<Command>().Select(NameOf).Append(command.Name));
}
