using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Matching.Lists;
using Vigil.Server.Features.Lists.Describing;
using Vigil.Server.Features.Lists.Importing;
using Vigil.Server.Features.Lists.Keeping;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Exporting;

internal sealed record ExportWanted
{
    /// <summary>lines, csv, vics or tx.</summary>
    public string? Format { get; init; }

    /// <summary>With lines: the SHA-256 of the entries instead of their PDQ, which has as many digits.</summary>
    public bool Sha256 { get; init; }

    /// <summary>Why it leaves and for whom, 1 to 200 characters; stands in the ledger.</summary>
    public string? Reason { get; init; }
}

/// <summary>
/// A list's active entries with their values, as a file: the most sensitive read there is. Signed in
/// the ledger before its first byte leaves. URLs and domains are kept as digests only and cannot be written.
/// </summary>
internal sealed class ExportList(Db db)
{
    /// <summary>Header of the answer: fingerprints that the format has no place for.</summary>
    private const string LeftOut = "Vigil-Left-Out";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/v1/lists/{list}/exports",
                async (HttpContext context, string list, ExportList export) =>
                    await export.RunAsync(context, list, await JsonBody.ReadAsync<ExportWanted>(context))
            )
            .Require(Permission.ListExport)
            .WithName("ExportList")
            .WithSummary("Write a list's entries with their values: lines, csv, vics or tx")
            .WithTags("Lists")
            .Accepts<ExportWanted>("application/json")
            .Produces<string>(StatusCodes.Status200OK, "text/plain", "text/csv", "application/json")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict);

    public async Task RunAsync(HttpContext context, string list, ExportWanted wanted)
    {
        var format = ImportOptions.Format(wanted.Format);
        format = format == ListFormat.Detect ? ListFormat.Csv : format;
        var digits = wanted.Sha256 ? SixtyFourDigits.Sha256 : SixtyFourDigits.Pdq;
        var row = await AllowAsync(context.Actor(), list, format, wanted, context.RequestAborted);
        var answer = context.Response;
        answer.ContentType = format switch
        {
            ListFormat.Csv => "text/csv; charset=utf-8",
            ListFormat.Vics => "application/json",
            _ => "text/plain; charset=utf-8",
        };
        answer.Headers.CacheControl = "no-store";
        var ending = format switch
        {
            ListFormat.Csv => ".csv",
            ListFormat.Vics => ".json",
            _ => ".txt",
        };
        answer.Headers.ContentDisposition = $"attachment; filename=\"{row.Name}{ending}\"";
        answer.Headers[LeftOut] = (await CountLeftOutAsync(context, row, format, digits)).ToString(
            CultureInfo.InvariantCulture
        );
        try
        {
            await WriteAsync(context, row, format, digits);
        }
        catch (Exception) when (answer.HasStarted)
        {
            // Half a list must not look like a list.
            context.Abort();
        }
    }

    private Task<StoredList> AllowAsync(
        Actor actor,
        string list,
        ListFormat format,
        ExportWanted wanted,
        CancellationToken cancellation
    ) =>
        db.SignedAsync(
            actor,
            Permission.ListExport,
            async tx =>
            {
                var row = await StoredList.GetAsync(tx, list);
                if (row.OnwardSharing == "none" && string.IsNullOrWhiteSpace(wanted.Reason))
                {
                    throw ProblemException.Conflict(
                        "onward_sharing_none",
                        "This list's terms do not let it be handed on. Say a 'reason' (its source agreed, an own "
                            + "backup): it stands in the ledger."
                    );
                }
                var reason = NamedText.Reason(wanted.Reason);
                if (format == ListFormat.Vics && row.ActiveEntries > ListsLimits.MaxVicsEntries)
                {
                    throw ProblemException.Conflict(
                        "export_too_large",
                        $"VICS is written for up to {ListsLimits.MaxVicsEntries} entries: take csv."
                    );
                }
                await tx.RecordAsync(
                    new LedgerAct("list.exported", $"{row.Id}")
                    {
                        Reason = reason,
                        Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                        {
                            ["name"] = row.Name,
                            ["format"] = $"{format}".ToLowerInvariant(),
                            ["onwardSharing"] = row.OnwardSharing,
                            ["entries"] = row.ActiveEntries.ToString(CultureInfo.InvariantCulture),
                        },
                    }
                );
                return row;
            },
            cancellation
        );

    /// <summary>Counted before the first byte: HTTP/1.1 has no place for it after the last.</summary>
    private async Task<long> CountLeftOutAsync(
        HttpContext context,
        StoredList row,
        ListFormat format,
        SixtyFourDigits digits
    )
    {
        var pages = new ExportPages(db, context.Actor(), row.Id);
        long left = 0;
        while (await pages.NextAsync(context.RequestAborted) is { } entries)
        {
            var result = ListWriter.Write(Stream.Null, new SignalList(row.Info(), entries), format, digits);
            left += pages.Unwritable + result.LeftOut;
        }
        return left;
    }

    /// <summary>Page by page, so that memory does not grow with the list; VICS as the one document it is.</summary>
    private async Task WriteAsync(
        HttpContext context,
        StoredList row,
        ListFormat format,
        SixtyFourDigits digits
    )
    {
        var pages = new ExportPages(db, context.Actor(), row.Id);
        var whole = new List<ListEntry>();
        var isFirst = true;
        while (await pages.NextAsync(context.RequestAborted) is { } entries)
        {
            if (format == ListFormat.Vics)
            {
                whole.AddRange(entries);
                continue;
            }
            await PutAsync(context, new SignalList(row.Info(), entries), format, digits, isFirst);
            isFirst = false;
        }
        if (isFirst)
        {
            await PutAsync(context, new SignalList(row.Info(), whole), format, digits, isFirst: true);
        }
    }

    private static async Task PutAsync(
        HttpContext context,
        SignalList list,
        ListFormat format,
        SixtyFourDigits digits,
        bool isFirst
    )
    {
        using var page = new MemoryStream();
        ListWriter.Write(page, list, format, digits);
        var bytes = page.GetBuffer().AsMemory(0, (int)page.Length);
        if (format == ListFormat.Csv && !isFirst)
        {
            bytes = bytes[(bytes.Span.IndexOf((byte)'\n') + 1)..]; // one header for all pages
        }
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(page.GetBuffer());
    }
}
