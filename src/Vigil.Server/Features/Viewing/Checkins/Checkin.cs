using System.Text;
using System.Text.Json;
using Vigil.Files;
using Vigil.Trust;

namespace Vigil.Server.Features.Viewing.Checkins;

/// <summary>One check-in, for the person alone: sealed, in no ledger and no log.</summary>
/// <param name="Answers">Places on the scale, by question; what was left out is not there.</param>
public sealed record Checkin(DateTimeOffset At, IReadOnlyDictionary<string, int> Answers)
{
    private const int MostShown = 20;

    public static Task<int> AddAsync(Tx tx, string viewer, IReadOnlyDictionary<string, int> answers)
    {
        var id = tx.NewId();
        return tx.ExecuteAsync(
            """
            insert into viewing_checkin (tenant, id, viewer, at, answers)
            values (@tenant, @id, @viewer, @at, @answers)
            """,
            new
            {
                id,
                viewer,
                at = tx.Now,
                answers = SealerOf(tx)
                    .Seal(JsonSerializer.SerializeToUtf8Bytes(answers), Binding(viewer, id)),
            }
        );
    }

    /// <summary>The person's own, the newest first.</summary>
    public static async Task<IReadOnlyList<Checkin>> OfAsync(Tx tx, string viewer)
    {
        var rows = await tx.QueryAsync<Row>(
            """
            select id, at, answers from viewing_checkin
            where tenant = @tenant and viewer = @viewer order by at desc, id limit @most
            """,
            new { viewer, most = MostShown }
        );
        return
        [
            .. rows.Select(row => new Checkin(
                row.At,
                JsonSerializer.Deserialize<Dictionary<string, int>>(
                    SealerOf(tx).Open(row.Answers, Binding(viewer, row.Id))
                )!
            )),
        ];
    }

    /// <summary>All answers of a person; when they were offered one and asked for a contact stays.</summary>
    public static Task<int> ForgetAsync(Tx tx, string viewer) =>
        tx.ExecuteAsync(
            "delete from viewing_checkin where tenant = @tenant and viewer = @viewer",
            new { viewer }
        );

    /// <summary>Who can no longer come in: nothing of it stays.</summary>
    public static async Task LeaveAsync(Tx tx, PersonDisabled left)
    {
        await ForgetAsync(tx, left.Name);
        await tx.ExecuteAsync(
            "delete from viewing_checkin_later where tenant = @tenant and viewer = @viewer",
            new { viewer = left.Name }
        );
        await tx.ExecuteAsync(
            "delete from viewing_contact where tenant = @tenant and viewer = @viewer",
            new { viewer = left.Name }
        );
        await ContactRequest.WatchAsync(tx, await CheckinRules.ReadAsync(tx));
    }

    /// <summary>What is older than the tenant keeps it.</summary>
    public static async Task ForgetOldAsync(Tx tx)
    {
        var before = tx.Now.AddDays(-(await CheckinRules.ReadAsync(tx)).KeepDays);
        await tx.ExecuteAsync(
            "delete from viewing_checkin where tenant = @tenant and at < @before",
            new { before }
        );
        await tx.ExecuteAsync(
            "delete from viewing_contact where tenant = @tenant and answered_at < @before",
            new { before }
        );
        await tx.ExecuteAsync(
            "delete from viewing_checkin_later where tenant = @tenant and until < @now",
            new { now = tx.Now }
        );
    }

    private static ValueSealer SealerOf(Tx tx) => tx.Secrets.Sealer("viewing checkin");

    private static byte[] Binding(string viewer, Guid id) => Encoding.UTF8.GetBytes($"{viewer}\n{id}");

    private sealed class Row
    {
        public Guid Id { get; init; }
        public DateTimeOffset At { get; init; }
        public byte[] Answers { get; init; } = [];
    }
}
