using System.Text;
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
    public DateTimeOffset SetAt { get; init; }
    public string SetBy { get; init; } = "";
}

/// <summary>Where destinations of one call are called, in test and in production.</summary>
internal static class CallTargets
{
    private const int MaxCharacters = 500;
    private const string Columns = "destination, environment, address, user_name, password, set_at, set_by";

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
            : null;

    /// <exception cref="ProblemException">No such destination; no address; that of the other environment.</exception>
    public static async Task SetAsync(
        Tx tx,
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
        var other = (await ListAsync(tx)).FirstOrDefault(row =>
            row.Destination == destination && row.Environment != environment
        );
        if (other?.Address == address.AbsoluteUri && !address.IsLoopback)
        {
            throw ProblemException.BadRequest(
                "same_as_other_environment",
                "Test and production have an address each: this is the other's."
            );
        }
        var row = new CallTargetRow { Destination = destination, Environment = environment };
        await tx.ExecuteAsync(
            """
            insert into call_target (tenant, destination, environment, address, user_name, password, set_at, set_by)
            values (@tenant, @destination, @environment, @address, @userName, @password, @now, @by)
            on conflict (tenant, destination, environment) do update set address = excluded.address,
                user_name = excluded.user_name, password = excluded.password, set_at = excluded.set_at,
                set_by = excluded.set_by
            """,
            new
            {
                destination,
                environment = environment.ToString(),
                address = address.AbsoluteUri,
                userName = Seal(tx, row, "user", WordOf(wanted.UserName, "userName")),
                password = Seal(tx, row, "password", WordOf(wanted.Password, "password")),
                now = tx.Now,
                by = tx.Actor.Name,
            }
        );
        await tx.RecordAsync(
            new LedgerAct("destination.target_set", $"{destination}/{environment}")
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["host"] = address.Authority,
                },
            }
        );
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
