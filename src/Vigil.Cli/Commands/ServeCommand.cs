using System.CommandLine;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Server;
using Vigil.Trust;

namespace Vigil.Cli.Commands;

/// <summary>`vigil serve`: the service.</summary>
internal static class ServeCommand
{
    private static readonly Option<string[]> Urls = SharedOptions.Repeated(
        "--urls",
        "URL",
        "Where it listens. Default: http://127.0.0.1:8480"
    );
    private static readonly Option<string?> Database = SharedOptions.Text(
        "--database",
        "CONNSTRING",
        "PostgreSQL, as 'Host=…;Database=…;Username=…'. Default: a file of the data folder; also $VIGIL_DATABASE"
    );
    private static readonly Option<string?> ProfileName = SharedOptions.Text(
        "--profile",
        "PROFILE",
        $"What this installation is, fixed at its first start: {string.Join(", ", Profiles.Names)}. Default: platform"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "serve",
            """
            Serves the scan API, the lists, the cases and the console until it is told to end.

            Listens on this machine only, unless told otherwise. The first start prints an API key, once.

            Example:
              vigil serve --data /srv/vigil
            """
        )
        {
            Urls,
            Database,
            ProfileName,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, terminal, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Terminal terminal,
        CancellationToken cancellation
    )
    {
        using var data = DataFolder.Of(parsed);
        var urls = parsed.GetValue(Urls) ?? [];
        var defaults = new ServerOptions { DataFolder = data.Path };
        var options = defaults with
        {
            Database = parsed.GetValue(Database) ?? Environment.GetEnvironmentVariable("VIGIL_DATABASE"),
            Urls = urls.Length > 0 ? urls : defaults.Urls,
            Profile = ReadProfile(parsed),
            Media = new() { Sandbox = data.ReadSandbox(parsed), OnWarning = terminal.Warn },
        };
        await using var server = await VigilServer.StartAsync(options, cancellation);
        if (server.FirstKey is { } key)
        {
            terminal.Write($"API key, shown this once: {key}\n");
        }
        if (server.SetupCode is { } code)
        {
            terminal.Write($"Nobody has an account yet: open {server.Addresses[0]}/console/setup\n");
            terminal.Write($"Set-up code, for one day and the first admin: {code}\n");
        }
        terminal.Write($"Listening on {string.Join(", ", server.Addresses)}\n");
        terminal.Flush();
        await server.WaitForShutdownAsync(cancellation);
        return ExitCode.Ok;
    }

    private static Profile? ReadProfile(ParseResult parsed)
    {
        if (parsed.GetValue(ProfileName) is not { } name)
        {
            return null;
        }
        return Profiles.TryParse(name, out var profile)
            ? profile
            : throw new UsageException($"--profile takes one of {string.Join(", ", Profiles.Names)}.");
    }
}
