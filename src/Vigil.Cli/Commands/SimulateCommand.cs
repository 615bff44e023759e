using System.CommandLine;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Simulators;
using Vigil.Simulators.CyberTip;
using Vigil.Simulators.Iccam;

namespace Vigil.Cli.Commands;

/// <summary>`vigil simulate`: partners that fail on demand.</summary>
internal static class SimulateCommand
{
    private static readonly Argument<string> Partner = new("PARTNER")
    {
        Description =
            "webhook (takes events), smtp (takes mail), oidc (an identity provider), cybertip or iccam (take reports)",
    };
    private static readonly Option<string?> Fail = SharedOptions.Text(
        "--fail",
        "MODE",
        $"How it fails. webhook: {Names<ReceiverFault>()}; smtp: {Names<MailFault>()}; oidc: {Names<OidcFault>()}; "
            + $"cybertip: {Names<CyberTipFault>()}; iccam: {Names<IccamFault>()}; both with @CALL for one call only "
            + "(lostafter@finish, lostafter@reports). Default: not"
    );
    private static readonly Option<string?> Port = SharedOptions.Text(
        "--port",
        "N",
        "On 127.0.0.1. Default: any that is free"
    );
    private static readonly Option<string[]> Secret = SharedOptions.Repeated(
        "--secret",
        "WHSEC",
        "Secret of the webhook; may be repeated. Default: signatures are not checked"
    );

    private static readonly Option<string?> Tls = SharedOptions.Text(
        "--tls",
        "FOLDER",
        "iccam: over TLS, for who shows a certificate; writes authority.pem and client.pem there. Default: plain"
    );

    public static Command Create(Terminal terminal)
    {
        var command = new Verb(
            "simulate",
            """
            Plays a partner of this installation, well or failing, until it is told to end.

            Listens on this machine only, prints one line for what it receives, keeps nothing. cybertip and iccam take
            the user 'sample' with the password 'sample' and show at / what arrived; they are not NCMEC's, nor INHOPE's.

            Example:
              vigil simulate webhook --port 9000 --fail flapping
            """
        )
        {
            Partner,
            Fail,
            Port,
            Secret,
            Tls,
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
        var port = SharedOptions.ReadInt(Port, parsed.GetValue(Port), 0, 0, 65535);
        switch (parsed.GetValue(Partner))
        {
            case "webhook":
                await using (var receiver = Start(() => WebhookReceiver.Start(port)))
                {
                    receiver.Fault = Read<ReceiverFault>(parsed);
                    receiver.Secrets = ReadSecrets(parsed);
                    receiver.OnReceived = hook => Show(terminal, hook);
                    await StayAsync(terminal, receiver.Url, cancellation);
                }
                return ExitCode.Ok;
            case "smtp":
                await using (var sink = Start(() => MailSink.Start(port)))
                {
                    sink.Fault = Read<MailFault>(parsed);
                    sink.OnReceived = mail =>
                    {
                        terminal.Write($"mail for {mail.To.Count} recipients\n");
                        terminal.Flush();
                    };
                    await StayAsync(terminal, $"127.0.0.1:{sink.Port}", cancellation);
                }
                return ExitCode.Ok;
            case "oidc":
                await using (var provider = Start(() => OidcProvider.Start(port)))
                {
                    provider.Fault = Read<OidcFault>(parsed);
                    provider.OnRequest = line =>
                    {
                        terminal.Write($"{Printable.Of(line)}\n");
                        terminal.Flush();
                    };
                    terminal.Write(
                        $"Issuer {provider.Issuer}, client id {provider.ClientId}, client secret "
                            + $"'{provider.ClientSecret}', strong methods hwk, mfa\n"
                    );
                    await StayAsync(terminal, provider.Issuer, cancellation);
                }
                return ExitCode.Ok;
            case "cybertip":
                await using (var service = Start(() => CyberTipSimulator.Start(port)))
                {
                    service.FaultOf = ReadCallFault<CyberTipFault>(parsed);
                    service.OnCall = call => Show(terminal, call);
                    await StayAsync(terminal, service.Address, cancellation);
                }
                return ExitCode.Ok;
            case "iccam":
                using (var certificates = MakeCertificates(parsed))
                await using (var service = Start(() => IccamSimulator.Start(port, certificates)))
                {
                    service.FaultOf = ReadCallFault<IccamFault>(parsed);
                    service.OnCall = call => Show(terminal, call);
                    await StayAsync(terminal, service.Address, cancellation);
                }
                return ExitCode.Ok;
            default:
                throw new UsageException(
                    "vigil simulate plays one of: webhook, smtp, oidc, cybertip, iccam."
                );
        }
    }

    /// <summary>A server believes the authority by SSL_CERT_FILE; the client's goes onto its page.</summary>
    private static IccamCertificates? MakeCertificates(ParseResult parsed)
    {
        if (parsed.GetValue(Tls) is not { } folder)
        {
            return null;
        }
        var made = IccamCertificates.Make(TimeProvider.System.GetUtcNow());
        Durable.CreateFolder(folder);
        using var authority = made.Authority;
        Write("authority.pem", authority.ExportCertificatePem() + "\n");
        Write("client.pem", made.ClientPem);
        return made;

        void Write(string name, string text) =>
            Durable.Replace(
                Path.Combine(folder, name),
                stream => stream.Write(System.Text.Encoding.ASCII.GetBytes(text))
            );
    }

    private static void Show(Terminal terminal, string call)
    {
        terminal.Write(Printable.Of(call) + "\n");
        terminal.Flush();
    }

    private static void Show(Terminal terminal, ReceivedHook hook)
    {
        var how =
            !hook.IsGenuine ? "refused: signature or time is wrong"
            : hook.IsAccepted ? "accepted"
            : "failed as asked";
        terminal.Write($"{Printable.Of(hook.Id)} {how}: {Printable.Of(hook.Body)}\n");
        terminal.Flush();
    }

    /// <summary>A partner that takes reports, from the user that all of them know.</summary>
    private static Task StayAsync(Terminal terminal, Uri address, CancellationToken cancellation) =>
        StayAsync(
            terminal,
            $"{address}\nUser name 'sample', password 'sample'; what arrived: {new Uri(address, "/")}",
            cancellation
        );

    private static async Task StayAsync(Terminal terminal, string place, CancellationToken cancellation)
    {
        terminal.Write($"Listening on {place}\n");
        terminal.Flush();
        var end = new TaskCompletionSource();
        await using var told = cancellation.Register(end.SetResult);
        await end.Task;
    }

    private static T Start<T>(Func<T> start)
    {
        try
        {
            return start();
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw new IOException($"The port cannot be used: {e.Message}. Give another with --port.", e);
        }
    }

    private static string[] ReadSecrets(ParseResult parsed)
    {
        var secrets = parsed.GetValue(Secret) ?? [];
        var buffer = new byte[256];
        return secrets.All(secret =>
            secret.StartsWith("whsec_", StringComparison.Ordinal)
            && Convert.TryFromBase64String(secret["whsec_".Length..], buffer, out _)
        )
            ? secrets
            : throw new UsageException("--secret takes whsec_ and base64, as the webhook's page showed it.");
    }

    private static Func<string, int, T> ReadCallFault<T>(ParseResult parsed)
        where T : struct, Enum
    {
        var parts = (parsed.GetValue(Fail) ?? "none").Split('@', 2);
        var fault = Read<T>(parts[0]);
        return (call, _) => parts.Length == 1 || parts[1] == call ? fault : default;
    }

    private static T Read<T>(ParseResult parsed)
        where T : struct, Enum => Read<T>(parsed.GetValue(Fail));

    private static T Read<T>(string? given)
        where T : struct, Enum =>
        given is not { } name ? default
        : Enum.TryParse<T>(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var fault)
        && Enum.IsDefined(fault)
            ? fault
        : throw new UsageException($"--fail takes one of {Names<T>()}.");

    private static string Names<T>()
        where T : struct, Enum =>
        string.Join(", ", Enum.GetNames<T>().Skip(1).Select(name => name.ToLowerInvariant()));
}
