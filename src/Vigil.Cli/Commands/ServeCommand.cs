using System.CommandLine;
using System.Diagnostics;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Server;
using Vigil.Trust;

namespace Vigil.Cli.Commands;

/// <summary>`vigil serve`: the service.</summary>
internal static class ServeCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "serve",
            """
            Serves the scan API, the lists, the cases and the console until it is told to end.

            Listens on this machine only, unless an address and a certificate are set. The first start prints an API
            key, once, and writes three sheets of which two give the root keys back: it says where, and what to do.
            Ctrl-C or SIGTERM: no new work is taken, what runs is finished; a second one ends it at once.
            Settings stand also in "server" of vigil.json in the data folder, named as the options: {"server":
            {"urls": ["https://10.0.0.5:8480"], "tlsCert": "cert.pem", "tlsKey": "key.pem"}}.

            Example:
              vigil serve --data /srv/vigil
            """
        );
        foreach (var option in ServeSettings.All)
        {
            command.Options.Add(option);
        }
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
        var options = ServeSettings.Read(parsed, data, terminal.Warn);
        foreach (var warning in ProcessSecrecy.Apply())
        {
            terminal.Warn($"WARNING: {warning}");
        }
        await using var server = await VigilServer.StartAsync(options, cancellation);
        if (server.FirstKey is { } key)
        {
            terminal.Write($"API key, shown this once: {key}\n");
        }
        var database = server.Database == DbEngine.Sqlite ? "SQLite" : "PostgreSQL";
        terminal.Write(
            $"""
            Profile {Profiles.NameOf(server.Profile)}, on {database}, data in {Printable.Of(data.Path)}
            Listening on {string.Join(", ", server.Addresses)}

            """
        );
        if (server.SetupCode is { } code)
        {
            terminal.Write($"Nobody has an account yet: open {server.Addresses[0]}/console/setup\n");
            terminal.Write($"Set-up code, for one day and the first admin: {code}\n");
        }
        foreach (var line in RootKeyWords.AtStart(server.RootKeys, server.Profile, data.Path))
        {
            terminal.Write(line + "\n");
        }
        terminal.Flush();
        var end = server.RunAsync(cancellation);
        var ready = server.WaitUntilReadyAsync(cancellation);
        await Task.WhenAny(end, ready);
        if (ready.IsCompletedSuccessfully)
        {
            using var self = Process.GetCurrentProcess();
            var took = TimeProvider.System.GetLocalNow().DateTime - self.StartTime;
            terminal.Write($"Ready after {took.TotalSeconds:0.0} s\n");
            terminal.Flush();
        }
        return await end switch
        {
            ServerEnd.Drained => ExitCode.Ok,
            var other => Tell(terminal, other),
        };
    }

    private static int Tell(Terminal terminal, ServerEnd end)
    {
        terminal.Warn(
            end == ServerEnd.CutOff
                ? "Ended at the drain deadline: what still ran was cut off, and its callers were told nothing."
                : "The server could not go on; the log above says why."
        );
        return ExitCode.Incomplete;
    }
}
