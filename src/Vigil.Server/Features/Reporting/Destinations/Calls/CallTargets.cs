using System.Text;
using Vigil.Server.Features.Reporting.Filing.Deciding;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>A destination's address in one environment; its credentials are never shown.</summary>
internal sealed class CallTargetRow
{
    public string Destination { get; init; } = "";
    public ReportEnvironment Environment { get; init; }
    public string Address { get; init; } = "";
    public byte[] UserName { get; init; } = [];
    public byte[] Password { get; init; } = [];

    /// <summary>Sealed; null: none is used.</summary>
    public byte[]? Certificate { get; init; }
    public string? CertificateSubject { get; init; }
    public string? CertificateSha256 { get; init; }
    public DateTimeOffset? CertificateEndsAt { get; init; }
    public DateTimeOffset SetAt { get; init; }
    public string SetBy { get; init; } = "";
}

/// <summary>Where destinations of one call are called, in test and in production.</summary>
internal static class CallTargets
{
    private const int MaxCharacters = 500;
    private const string Columns = """
        destination, environment, address, user_name, password, certificate, certificate_subject, certificate_sha256,
        certificate_ends_at, set_at, set_by
        """;

    public static Task<IReadOnlyList<CallTargetRow>> ListAsync(Tx tx) =>
        tx.QueryAsync<CallTargetRow>(
            $"select {Columns} from call_target where tenant = @tenant order by destination, environment limit 100"
        );

    /// <summary>Null: nobody set it.</summary>
    public static async Task<CallTarget?> FindAsync(
        Tx tx,
        string destination,
        ReportEnvironment environment
    ) =>
        await tx.FindAsync<CallTargetRow>(
            $"""
            select {Columns} from call_target
            where tenant = @tenant and destination = @destination and environment = @environment
            """,
            new { destination, environment = environment.ToString() }
        )
            is { } found
            ? new CallTarget(
                new Uri(found.Address),
                Open(tx, found, "user", found.UserName),
                Open(tx, found, "password", found.Password)
            )
            {
                Environment = found.Environment,
                Certificate = found.Certificate is { } bytes
                    ? tx.Secrets.Sealer("report").Open(bytes, Place(found, "certificate"))
                    : null,
                CertificateEndsAt = found.CertificateEndsAt,
            }
            : null;

    /// <summary>
    /// Since when its address and credentials are these; null: nobody set them. Nobody sets others while this
    /// transaction lasts.
    /// </summary>
    public static Task<DateTimeOffset?> SetAtAsync(
        Tx tx,
        string destination,
        ReportEnvironment environment
    ) =>
        tx.FindAsync<DateTimeOffset?>(
            $"""
            select set_at from call_target
            where tenant = @tenant and destination = @destination and environment = @environment{tx.ForUpdate}
            """,
            new { destination, environment = environment.ToString() }
        );

    /// <exception cref="ProblemException">
    /// No such destination; no address; address, login or certificate of the other environment; no certificate.
    /// </exception>
    /// <exception cref="OutboundException">The operator has not allowed this host.</exception>
    public static async Task SetAsync(
        Tx tx,
        Outbound outbound,
        string destination,
        ReportEnvironment environment,
        CallTargetRequest wanted
    )
    {
        if (AllDestinations.Find(destination) is not CallDestination)
        {
            throw ProblemException.NotFound("No destination of this code is called.");
        }
        var address = AddressOf(wanted.Address);
        outbound.Check(address);
        var known = (await ListAsync(tx)).Where(row => row.Destination == destination).ToList();
        var other = known.Find(row => row.Environment != environment);
        OtherEnvironment.RefuseAddress(address, other?.Address);
        var row = new CallTargetRow { Destination = destination, Environment = environment };
        if (other is not null)
        {
            OtherEnvironment.RefuseLogin(
                (wanted.UserName ?? "", wanted.Password ?? ""),
                (Open(tx, other, "user", other.UserName), Open(tx, other, "password", other.Password))
            );
        }
        await InsertAsync(tx, row, address, wanted);
        var certificate = await SetCertificateAsync(tx, row, wanted, other?.CertificateSha256);
        await tx.RecordAsync(
            new LedgerAct("destination.target_set", $"{destination}/{environment}")
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["host"] = address.Authority,
                    ["certificate"] = certificate,
                },
            }
        );
        // There is nothing to check them by but the next call: what was stopped by the old ones goes on with these.
        await Filings.GoOnAsync(tx, environment, destination);
    }

    /// <summary>Why nothing can be sent there now; null: it can.</summary>
    public static string? ObstacleOf(
        Outbound outbound,
        Uri address,
        DateTimeOffset? certificateEndsAt,
        DateTimeOffset now
    )
    {
        if (certificateEndsAt <= now)
        {
            return $"The client certificate ended on {certificateEndsAt:yyyy-MM-dd}: set a new one.";
        }
        try
        {
            outbound.Check(address);
            return null;
        }
        catch (OutboundException e)
        {
            return e.Message;
        }
    }

    private static Task<int> InsertAsync(Tx tx, CallTargetRow row, Uri address, CallTargetRequest wanted) =>
        tx.ExecuteAsync(
            """
            insert into call_target (tenant, destination, environment, address, user_name, password, set_at, set_by)
            values (@tenant, @destination, @environment, @address, @userName, @password, @now, @by)
            on conflict (tenant, destination, environment) do update set address = excluded.address,
                user_name = excluded.user_name, password = excluded.password, set_at = excluded.set_at,
                set_by = excluded.set_by
            """,
            new
            {
                destination = row.Destination,
                environment = row.Environment.ToString(),
                address = address.AbsoluteUri,
                userName = Seal(tx, row, "user", WordOf(wanted.UserName, "userName")),
                password = Seal(tx, row, "password", WordOf(wanted.Password, "password")),
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );

    /// <returns>For the ledger: what became of it.</returns>
    private static async Task<string> SetCertificateAsync(
        Tx tx,
        CallTargetRow row,
        CallTargetRequest wanted,
        string? others
    )
    {
        if (wanted.ClientCertificate is not { } text)
        {
            return "as before";
        }
        var given =
            text.Length == 0 ? null : ClientCertificate.Read(text, wanted.ClientCertificatePassword, tx.Now);
        OtherEnvironment.RefuseCertificate(given?.Sha256, others);
        await tx.ExecuteAsync(
            """
            update call_target set certificate = @sealed, certificate_subject = @subject,
                certificate_sha256 = @sha256, certificate_ends_at = @ends
            where tenant = @tenant and destination = @destination and environment = @environment
            """,
            new
            {
                destination = row.Destination,
                environment = row.Environment.ToString(),
                @sealed = given is null
                    ? null
                    : tx.Secrets.Sealer("report").Seal(given.Pkcs12, Place(row, "certificate")),
                subject = given?.Subject,
                sha256 = given?.Sha256,
                ends = given?.EndsAt,
            }
        );
        await CertificateWatch.ChangedAsync(
            tx,
            new CallTargetRow
            {
                Destination = row.Destination,
                Environment = row.Environment,
                CertificateEndsAt = given?.EndsAt,
            }
        );
        return given?.Sha256 ?? "none";
    }

    private static Uri AddressOf(string? text) =>
        text is { Length: > 0 and <= MaxCharacters }
        && Uri.TryCreate(text, UriKind.Absolute, out var address)
        && address is { UserInfo: "", Query: "", Fragment: "" }
        && (address.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback))
            ? address
            : throw ProblemException.BadRequest(
                "bad_address",
                "An address is as https://host/api, without user, query and fragment; http to this machine only."
            );

    private static string WordOf(string? text, string name) =>
        text is { Length: > 0 and <= MaxCharacters }
            ? text
            : throw ProblemException.BadRequest(
                $"bad_{name}",
                $"{name} has 1 to {MaxCharacters} characters."
            );

    private static byte[] Seal(Tx tx, CallTargetRow row, string what, string word) =>
        tx.Secrets.Sealer("report").Seal(Encoding.UTF8.GetBytes(word), Place(row, what));

    private static string Open(Tx tx, CallTargetRow row, string what, byte[] value) =>
        Encoding.UTF8.GetString(tx.Secrets.Sealer("report").Open(value, Place(row, what)));

    private static byte[] Place(CallTargetRow row, string what) =>
        Encoding.UTF8.GetBytes($"call target/{row.Destination}/{row.Environment}/{what}");
}
