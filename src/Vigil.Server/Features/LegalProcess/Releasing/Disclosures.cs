using System.Text;
using System.Text.Json;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>What of a line is sealed.</summary>
internal sealed record DisclosureDetails
{
    public required string Authority { get; init; }
    public required string Country { get; init; }
    public required string Reference { get; init; }
    public required string AskedBy { get; init; }
    public required string ApprovedBy { get; init; }
    public required IReadOnlyList<Guid> Contents { get; init; }
    public required bool Facts { get; init; }
    public required long PackageBytes { get; init; }

    public override string ToString() => nameof(DisclosureDetails);
}

/// <param name="Number">From 1 on, dense.</param>
/// <param name="What">"released": the package is there. "taken": somebody took it, to hand it over.</param>
/// <param name="PackageSha256">Of the sealed package, hexadecimal.</param>
/// <param name="LedgerSeq">Number of the act in the ledger.</param>
internal sealed record DisclosureLine(
    long Number,
    Guid RequestId,
    DateTimeOffset At,
    string What,
    string DoneBy,
    DisclosureDetails Details,
    string PackageSha256,
    long LedgerSeq
);

/// <param name="Trouble">Null: every line is there and as it was written.</param>
internal sealed record DisclosureLog(IReadOnlyList<DisclosureLine> Lines, long? Next, string? Trouble);

/// <summary>
/// What went to whom. Lines are added, never changed: each is bound to the one before it, and the last one's number
/// stands in the ledger, so that one that is changed, put in or cut off is noticed.
/// </summary>
internal static class Disclosures
{
    public const string Released = "Released";
    public const string Taken = "Taken";
    private const string Act = "disclosure.";

    private const string Columns =
        "number, id, request_id, at, what, done_by, details, package_sha256, ledger_seq, chain";

    /// <summary>Adds a line and its act.</summary>
    public static async Task AddAsync(Tx tx, LegalRequest request, string what, byte[] sha256, long bytes)
    {
        var last = await tx.FindAsync<Row>(
            $"select {Columns} from legal_disclosure where tenant = @tenant order by number desc limit 1"
        );
        var plan = LegalSecrets.Open<ReleasePlan>(tx, request.Released!, request.Id);
        var intake = request.IntakeOf(tx);
        var id = tx.NewId();
        var details = new DisclosureDetails
        {
            Authority = intake.Authority,
            Country = request.Country,
            Reference = intake.Reference,
            AskedBy = request.AskedBy ?? "",
            ApprovedBy = request.ApprovedBy ?? "",
            Contents = plan.Contents,
            Facts = plan.Facts,
            PackageBytes = bytes,
        };
        var row = new Row
        {
            Number = (last?.Number ?? 0) + 1,
            Id = id,
            RequestId = request.Id,
            At = tx.Now,
            What = what,
            DoneBy = tx.Actor.Name,
            Details = LegalSecrets.Seal(tx, details, id),
            PackageSha256 = sha256,
        };
        row.LedgerSeq = await tx.NumberAsync(
            request.Act(
                Act + Words(what),
                null,
                ("number", $"{row.Number}"),
                ("contents", $"{plan.Contents.Count}"),
                ("package", Convert.ToHexStringLower(sha256))
            ) with
            {
                Secret = $"{intake.Authority}\n{intake.Reference}",
            }
        );
        row.Chain = ChainOf(tx, last?.Chain ?? [], row);
        await tx.ExecuteAsync(
            $"""
            insert into legal_disclosure (tenant, {Columns})
            values (@tenant, @Number, @Id, @RequestId, @At, @What, @DoneBy, @Details, @PackageSha256, @LedgerSeq,
                @Chain)
            """,
            row
        );
    }

    /// <summary>Newest first.</summary>
    public static async Task<DisclosureLog> ReadAsync(Tx tx, long? before)
    {
        var rows = await tx.QueryAsync<Row>(
            $"""
            select {Columns} from legal_disclosure where tenant = @tenant and number < @before
            order by number desc limit {LegalLimits.Rows}
            """,
            new { before = before ?? long.MaxValue }
        );
        return new DisclosureLog(
            [.. rows.Select(row => LineOf(tx, row))],
            rows.Count == LegalLimits.Rows ? rows[^1].Number : null,
            await TroubleAsync(tx)
        );
    }

    /// <summary>Of one request, oldest first.</summary>
    public static async Task<IReadOnlyList<DisclosureLine>> OfAsync(Tx tx, Guid requestId) =>
        [
            .. (
                await tx.QueryAsync<Row>(
                    $"""
                    select {Columns} from legal_disclosure where tenant = @tenant and request_id = @requestId
                    order by number limit {LegalLimits.Rows}
                    """,
                    new { requestId }
                )
            ).Select(row => LineOf(tx, row)),
        ];

    /// <summary>What is wrong with the log; null: nothing.</summary>
    private static async Task<string?> TroubleAsync(Tx tx)
    {
        byte[] chain = [];
        long number = 0;
        await foreach (
            var row in tx.StreamAsync<Row>(
                $"select {Columns} from legal_disclosure where tenant = @tenant order by number"
            )
        )
        {
            if (row.Number != ++number || !row.Chain.AsSpan().SequenceEqual(ChainOf(tx, chain, row)))
            {
                return $"Line {number} is not as it was written: compare it with the ledger's acts '{Act}…'.";
            }
            chain = row.Chain;
        }
        var newest = await LedgerReader.ReadAsync(tx, action: Act, rows: 1);
        var told = newest.Count == 0 ? "0" : newest[0].Facts.GetValueOrDefault("number");
        return told == $"{number}"
            ? null
            : $"The ledger has {told} lines and this log {number}: lines are missing.";
    }

    private static byte[] ChainOf(Tx tx, byte[] before, Row row) =>
        tx
            .Secrets.Digest("disclosure log")
            .Of(
                Encoding.UTF8.GetBytes(
                    JsonSerializer.Serialize(
                        (object?[])
                            [
                                before,
                                row.Number,
                                row.Id,
                                row.RequestId,
                                row.At.ToUnixTimeMilliseconds(),
                                row.What,
                                row.DoneBy,
                                row.Details,
                                row.PackageSha256,
                                row.LedgerSeq,
                            ]
                    )
                )
            );

    private static DisclosureLine LineOf(Tx tx, Row row) =>
        new(
            row.Number,
            row.RequestId,
            row.At,
            Words(row.What),
            row.DoneBy,
            LegalSecrets.Open<DisclosureDetails>(tx, row.Details, row.Id),
            Convert.ToHexStringLower(row.PackageSha256),
            row.LedgerSeq
        );

    private static string Words(string what) => Http.Words.Of(what);

    private sealed class Row
    {
        public long Number { get; init; }
        public Guid Id { get; init; }
        public Guid RequestId { get; init; }
        public DateTimeOffset At { get; init; }
        public string What { get; init; } = "";
        public string DoneBy { get; init; } = "";
        public byte[] Details { get; init; } = [];
        public byte[] PackageSha256 { get; init; } = [];
        public long LedgerSeq { get; set; }
        public byte[] Chain { get; set; } = [];
    }
}
