using System.CommandLine;
using System.Globalization;
using System.Net;
using Vigil.Cli.Inputs;
using Vigil.Cli.Installation;
using Vigil.Cli.Output;
using Vigil.Hashing;
using Vigil.Server;
using Vigil.Trust;

namespace Vigil.Cli.Commands;

/// <summary>
/// The settings of `vigil serve`, each by option, environment or the "server" section of vigil.json, in this
/// order.
/// </summary>
internal static class ServeSettings
{
    private static readonly Option<string[]> Urls = SharedOptions.Repeated(
        "--urls",
        "URL",
        $"Where it listens. Default: {ServerOptions.DefaultUrl}; also $VIGIL_URLS, divided by ';'"
    );
    private static readonly Option<string?> Database = SharedOptions.Text(
        "--database",
        "CONNSTRING",
        "PostgreSQL, as 'Host=…;Database=…;Username=…'. Default: a file of the data folder; also $VIGIL_DATABASE"
    );
    private static readonly Option<string?> ProfileName = SharedOptions.Text(
        "--profile",
        "PROFILE",
        $"What this installation is, fixed at its first start: {string.Join(", ", Profiles.Names)}. Default: platform; "
            + "also $VIGIL_PROFILE"
    );
    private static readonly Option<string?> Role = SharedOptions.Text(
        "--role",
        "ROLE",
        "Which part of the work it does. Only 'all' is in this version; also $VIGIL_ROLE"
    );
    private static readonly Option<string?> TlsCert = SharedOptions.Text(
        "--tls-cert",
        "FILE",
        "Certificate for https addresses: PEM with its chain, or .pfx. Also $VIGIL_TLS_CERT; a password in "
            + "$VIGIL_TLS_PASSWORD"
    );
    private static readonly Option<string?> TlsKey = SharedOptions.Text(
        "--tls-key",
        "FILE",
        "The certificate's private key, PEM. Also $VIGIL_TLS_KEY"
    );
    private static readonly Option<string[]> BehindProxy = SharedOptions.Repeated(
        "--behind-proxy",
        "NETWORK",
        "Network of the proxy that ends TLS, as 10.0.0.0/24: only it may connect. Also $VIGIL_BEHIND_PROXY, divided "
            + "by ';'"
    );
    private static readonly Option<string?> Drain = SharedOptions.Text(
        "--drain-seconds",
        "N",
        "Longest wait for running requests at the end. Default: 30; also $VIGIL_DRAIN_SECONDS"
    );
    private static readonly Option<string?> Log = SharedOptions.Text(
        "--log-format",
        "text|json",
        "Of the log on standard error. Default: text; also $VIGIL_LOG_FORMAT"
    );
    private static readonly Option<string?> Otlp = SharedOptions.Text(
        "--otlp-endpoint",
        "URL",
        "Where metrics and traces go, as http://127.0.0.1:4318. Default: nowhere; also $OTEL_EXPORTER_OTLP_ENDPOINT"
    );

    private static readonly Option<string?> QueryWays = SharedOptions.Text(
        "--queries",
        "borders,parts|none",
        "What uploaded pictures are looked up by beside the whole, mirrored and rotated: without border, the pictures "
            + "within (collages, screenshots). Default: borders; also $VIGIL_QUERIES"
    );

    private static readonly Option<string[]> AllowOutbound = SharedOptions.Repeated(
        "--allow-outbound",
        "HOST:PORT",
        "A place that may be called (webhooks, mail, on-call services). Default: none; also $VIGIL_ALLOW_OUTBOUND, "
            + "divided by ';'"
    );
    private static readonly Option<string?> AlarmProgram = SharedOptions.Text(
        "--alarm-command",
        "PATH",
        "Program that is started with each alarm of a command channel, and while the database is down; also "
            + "$VIGIL_ALARM_COMMAND"
    );

    private static readonly Option<string?> Issuer = SharedOptions.Text(
        "--sign-on-issuer",
        "URL",
        "OpenID Connect provider by which people may sign in; its host stands in --allow-outbound too. Default: none; "
            + "also $VIGIL_SIGN_ON_ISSUER"
    );
    private static readonly Option<string?> ClientId = SharedOptions.Text(
        "--sign-on-client",
        "ID",
        "This installation's client id there. Also $VIGIL_SIGN_ON_CLIENT; the secret in $VIGIL_SIGN_ON_SECRET"
    );
    private static readonly Option<string[]> StrongMethods = SharedOptions.Repeated(
        "--sign-on-strong",
        "VALUE",
        "Value of amr or acr by which the provider says that it asked for two factors. Default: none counts; also "
            + "$VIGIL_SIGN_ON_STRONG, divided by ';'"
    );

    private static readonly Option<string?> DutyMaxAge = SharedOptions.Text(
        "--duty-max-age-days",
        "N",
        "A duty to report that was looked up longer ago blocks filing. Default: 365; also $VIGIL_DUTY_MAX_AGE_DAYS"
    );

    private static readonly Option<string?> SharesFolder = SharedOptions.Text(
        "--shares-folder",
        "DIR",
        "Where the first start writes the three sheets with shares of the root keys. Default: 'shares' in the data "
            + "folder; also $VIGIL_SHARES_FOLDER"
    );

    public static IEnumerable<Option> All =>
        [
            Urls,
            Database,
            ProfileName,
            Role,
            TlsCert,
            TlsKey,
            BehindProxy,
            Drain,
            Log,
            Otlp,
            AllowOutbound,
            AlarmProgram,
            QueryWays,
            Issuer,
            ClientId,
            StrongMethods,
            DutyMaxAge,
            SharesFolder,
        ];

    /// <exception cref="UsageException">A setting is not as expected.</exception>
    public static ServerOptions Read(ParseResult parsed, DataFolder data, Action<string> onWarning)
    {
        var file = data.Settings.Server ?? new ServerSection();
        ReadRole(Text(parsed, Role, "VIGIL_ROLE", file.Role));
        var certificate = Text(parsed, TlsCert, "VIGIL_TLS_CERT", file.TlsCert);
        var urls = Many(parsed, Urls, "VIGIL_URLS", file.Urls);
        var drain = Text(
            parsed,
            Drain,
            "VIGIL_DRAIN_SECONDS",
            file.DrainSeconds?.ToString(CultureInfo.InvariantCulture)
        );
        return new ServerOptions
        {
            DataFolder = data.Path,
            SharesFolder = RootKeyWords.FolderOf(data, parsed.GetValue(SharesFolder)),
            Database = Text(parsed, Database, "VIGIL_DATABASE", file.Database),
            Urls =
                urls.Count > 0 ? urls
                : certificate is null ? [ServerOptions.DefaultUrl]
                : [ServerOptions.DefaultUrl.Replace("http:", "https:", StringComparison.Ordinal)],
            Profile = ReadProfile(Text(parsed, ProfileName, "VIGIL_PROFILE", file.Profile)),
            Media = new() { Sandbox = data.ReadSandbox(parsed), OnWarning = onWarning },
            Outbound = new()
            {
                Allow = Many(parsed, AllowOutbound, "VIGIL_ALLOW_OUTBOUND", file.AllowOutbound),
            },
            Alarms = new() { Command = Text(parsed, AlarmProgram, "VIGIL_ALARM_COMMAND", file.AlarmCommand) },
            SingleSignOn = ReadSignOn(parsed, file),
            PictureParts = ReadParts(Text(parsed, QueryWays, "VIGIL_QUERIES", file.Queries)),
            TlsCertificate = certificate,
            TlsKey = Text(parsed, TlsKey, "VIGIL_TLS_KEY", file.TlsKey),
            // Never an option: other users see a command line.
            TlsPassword = Environment.GetEnvironmentVariable("VIGIL_TLS_PASSWORD"),
            ProxyNetworks =
            [
                .. Many(parsed, BehindProxy, "VIGIL_BEHIND_PROXY", file.BehindProxy).Select(ReadNetwork),
            ],
            DutyMaxAge = TimeSpan.FromDays(ReadDutyMaxAge(parsed, file)),
            DrainDeadline = TimeSpan.FromSeconds(SharedOptions.ReadInt(Drain, drain, 30, 0, 3600)),
            LogFormat = SharedOptions.ReadChoice(
                Log,
                Text(parsed, Log, "VIGIL_LOG_FORMAT", file.LogFormat),
                ("text", LogFormat.Text),
                ("json", LogFormat.Json)
            ),
            OtlpEndpoint = ReadEndpoint(Text(parsed, Otlp, "OTEL_EXPORTER_OTLP_ENDPOINT", file.OtlpEndpoint)),
        };
    }

    private static int ReadDutyMaxAge(ParseResult parsed, ServerSection file)
    {
        var inFile = file.DutyMaxAgeDays?.ToString(CultureInfo.InvariantCulture);
        var given = Text(parsed, DutyMaxAge, "VIGIL_DUTY_MAX_AGE_DAYS", inFile);
        return SharedOptions.ReadInt(DutyMaxAge, given, 365, 1, 3650);
    }

    private static string? Text(ParseResult parsed, Option<string?> option, string variable, string? file) =>
        parsed.GetValue(option) ?? NotEmpty(Environment.GetEnvironmentVariable(variable)) ?? file;

    private static IReadOnlyList<string> Many(
        ParseResult parsed,
        Option<string[]> option,
        string variable,
        IReadOnlyList<string>? file
    )
    {
        var given = parsed.GetValue(option) ?? [];
        return given.Length > 0
            ? given
            : NotEmpty(Environment.GetEnvironmentVariable(variable))
                ?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ?? file
                ?? [];
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static void ReadRole(string? role)
    {
        if (role is "intake" or "scan" or "console" or "worker")
        {
            throw new UsageException(
                $"--role {role} is not in this version: one process does all of the work (--role all)."
            );
        }
        _ = SharedOptions.ReadChoice(Role, role, ("all", true));
    }

    private static SingleSignOnOptions? ReadSignOn(ParseResult parsed, ServerSection file)
    {
        if (Text(parsed, Issuer, "VIGIL_SIGN_ON_ISSUER", file.SignOnIssuer) is not { } issuer)
        {
            return null;
        }
        var options = new SingleSignOnOptions
        {
            Issuer = issuer,
            ClientId = Text(parsed, ClientId, "VIGIL_SIGN_ON_CLIENT", file.SignOnClient) ?? "",
            // Never an option: other users see a command line.
            ClientSecret = NotEmpty(Environment.GetEnvironmentVariable("VIGIL_SIGN_ON_SECRET")),
            StrongMethods = Many(parsed, StrongMethods, "VIGIL_SIGN_ON_STRONG", file.SignOnStrong),
        };
        try
        {
            options.Check();
            return options;
        }
        catch (InvalidOperationException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static PartKinds ReadParts(string? text)
    {
        var queries = Queries.Read(
            QueryWays,
            text,
            Queries.Default with
            {
                Mirrored = false,
                Rotated = false,
            }
        );
        return queries.Dihedral
            ? throw new UsageException(
                $"{QueryWays.Name}: the service looks for mirrored and rotated pictures always; leave these words out."
            )
            : queries.Parts;
    }

    private static Profile? ReadProfile(string? name) =>
        name is null ? null
        : Profiles.TryParse(name, out var profile) ? profile
        : throw new UsageException(
            $"--profile takes one of {string.Join(", ", Profiles.Names)}, not '{Printable.Of(name)}'."
        );

    private static IPNetwork ReadNetwork(string text) =>
        IPNetwork.TryParse(text, out var network)
            ? network
            : throw new UsageException(
                $"--behind-proxy takes a network such as 10.0.0.0/24 or 10.0.0.7/32, not '{Printable.Of(text)}'."
            );

    private static Uri? ReadEndpoint(string? text) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
        : throw new UsageException(
            $"--otlp-endpoint takes an address such as http://127.0.0.1:4318, not '{Printable.Of(text)}'."
        );
}
