using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Jurisdictions;

/// <summary>A legal basis as it is recorded.</summary>
internal sealed record BasisRequest
{
    /// <summary>A code as DE, or EU or EEA.</summary>
    public required string Jurisdiction { get; init; }

    /// <summary>direct_message, group_message, email.</summary>
    public required IReadOnlyList<string> Surfaces { get; init; }

    /// <summary>The law that allows it.</summary>
    public required string LegalBasis { get; init; }

    /// <summary>Where the impact assessment is kept.</summary>
    public required string Assessment { get; init; }

    /// <summary>Null: now.</summary>
    public DateTimeOffset? StartsOn { get; init; }

    /// <summary>From then on it is off again.</summary>
    public required DateTimeOffset EndsOn { get; init; }

    public ScanBasis ToBasis(DateTimeOffset now) =>
        new()
        {
            Jurisdiction = Jurisdiction,
            Surfaces = string.Join(',', Surfaces),
            LegalBasis = LegalBasis,
            Assessment = Assessment,
            StartsOn = StartsOn ?? now,
            EndsOn = EndsOn,
        };
}

/// <summary>Where private messages may be scanned, and why: read and recorded by API and page.</summary>
internal static class JurisdictionRoutes
{
    public const string Page = "/console/jurisdictions";
    private const string Api = "/v1/scan-bases";

    public static void MapJurisdictions(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(Api, ListAsync)
            .Require(Permission.SettingsRead)
            .WithName("ListScanBases")
            .WithSummary("The recorded legal bases for scanning private messages, newest first")
            .WithTags("Jurisdictions")
            .Produces<IReadOnlyList<ScanBasis>>();
        routes
            .MapPost(Api, RecordAsync)
            .Require(Permission.SettingsWrite)
            .WithName("RecordScanBasis")
            .WithSummary(
                "Records a legal basis with its impact assessment and end date; in force within two seconds"
            )
            .WithTags("Jurisdictions")
            .Accepts<BasisRequest>("application/json")
            .Produces<ScanBasis>(StatusCodes.Status201Created)
            .ProducesProblem(400);
        routes
            .MapPost(Api + "/{id:guid}/end", EndAsync)
            .Require(Permission.SettingsWrite)
            .WithName("EndScanBasis")
            .WithSummary("Ends a basis before its time")
            .WithTags("Jurisdictions")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(404);
        routes.MapPage(Page, Permission.SettingsRead, ShowAsync);
        routes.MapForm(Page, Permission.SettingsWrite, RecordFormAsync);
        routes.MapForm(Page + "/end", Permission.SettingsWrite, EndFormAsync);
        routes.MapForm(Page + "/settings", Permission.SettingsWrite, SettingsFormAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, Db db) =>
        Results.Json(
            await db.ReadAsync(
                context.Actor(),
                Permission.SettingsRead,
                ScanBases.ListAsync,
                context.RequestAborted
            )
        );

    private static async Task<IResult> RecordAsync(HttpContext context, Db db, TimeProvider time)
    {
        var bytes = await JsonBody.ReadBytesAsync(context);
        var basis = JsonBody.Parse<BasisRequest>(bytes).ToBasis(time.GetUtcNow());
        return await Checked(() =>
            Idempotent.RunAsync(
                context,
                bytes,
                StatusCodes.Status201Created,
                work => db.ActAsync(context.Actor(), Permission.SettingsWrite, tx => RunAsync(tx, work)),
                tx => ScanBases.RecordAsync(tx, basis)
            )
        );
    }

    /// <summary>An answer that was given before is no act; that it was asked for again is one.</summary>
    private static async Task<KeptAnswer?> RunAsync(Tx tx, Func<Tx, Task<KeptAnswer?>> work)
    {
        var kept = await work(tx);
        if (kept is not null)
        {
            await tx.RecordAsync(new LedgerAct("scan_basis.repeated", "request"));
        }
        return kept;
    }

    private static async Task<IResult> EndAsync(HttpContext context, Guid id, Db db)
    {
        var isEnded = await db.ActAsync(
            context.Actor(),
            Permission.SettingsWrite,
            tx => ScanBases.EndAsync(tx, id)
        );
        return isEnded
            ? Results.NoContent()
            : throw ProblemException.NotFound("No basis of this id that is not ended already.");
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var db = (Db)services.GetService(typeof(Db))!;
        var bases = await db.ReadAsync(context.Actor(), Permission.SettingsRead, ScanBases.ListAsync);
        var gate = (JurisdictionGate)services.GetService(typeof(JurisdictionGate))!;
        var time = (TimeProvider)services.GetService(typeof(TimeProvider))!;
        return Pages.Show<JurisdictionsPage>(
            context,
            "Jurisdictions",
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["Bases"] = bases,
                ["Rules"] = await gate.RulesAsync(context.Actor().Tenant),
                ["Now"] = time.GetUtcNow(),
            }
        );
    }

    private static async Task<IResult> RecordFormAsync(HttpContext context, IFormCollection form)
    {
        var services = context.RequestServices;
        var db = (Db)services.GetService(typeof(Db))!;
        var time = (TimeProvider)services.GetService(typeof(TimeProvider))!;
        var basis = new BasisRequest
        {
            Jurisdiction = form["jurisdiction"].ToString().Trim().ToUpperInvariant(),
            Surfaces = [.. form["surfaces"].OfType<string>()],
            LegalBasis = form["legalBasis"].ToString(),
            Assessment = form["assessment"].ToString(),
            EndsOn = DayOf(form["endsOn"].ToString()),
        }.ToBasis(time.GetUtcNow());
        return await Checked(async () =>
        {
            await db.ActAsync(
                context.Actor(),
                Permission.SettingsWrite,
                tx => ScanBases.RecordAsync(tx, basis)
            );
            return Pages.Go(Page, "saved");
        });
    }

    private static async Task<IResult> EndFormAsync(HttpContext context, IFormCollection form)
    {
        var db = (Db)context.RequestServices.GetService(typeof(Db))!;
        _ = Guid.TryParse(form["id"], out var id);
        await db.ActAsync(context.Actor(), Permission.SettingsWrite, tx => ScanBases.EndAsync(tx, id));
        return Pages.Go(Page, "saved");
    }

    private static async Task<IResult> SettingsFormAsync(HttpContext context, IFormCollection form)
    {
        var db = (Db)context.RequestServices.GetService(typeof(Db))!;
        var place = form["jurisdiction"].ToString().Trim().ToUpperInvariant();
        var onFailure = form["onFailure"].ToString();
        if (place.Length > 0 && !KnownJurisdictions.IsWellFormed(place))
        {
            throw ProblemException.BadRequest(
                "bad_jurisdiction",
                "The jurisdiction is a country's code as DE or US."
            );
        }
        if (onFailure is not ("open" or "closed"))
        {
            throw ProblemException.BadRequest("bad_on_failure", "On failure is open or closed.");
        }
        var off = form["surfacesOff"].OfType<string>().Where(name => Surfaces.TryParse(name, out _));
        await db.ActAsync(
            context.Actor(),
            Permission.SettingsWrite,
            async tx =>
            {
                await TenantSettings.SetAsync(tx, ScanRules.JurisdictionSetting, place);
                await TenantSettings.SetAsync(tx, ScanRules.OnFailureSetting, onFailure);
                await TenantSettings.SetAsync(tx, ScanRules.SurfacesOffSetting, string.Join(',', off));
                return true;
            }
        );
        return Pages.Go(Page, "saved");
    }

    /// <summary>The end of the day before is the last moment: an end date is the first day it is off.</summary>
    private static DateTimeOffset DayOf(string text) =>
        DateOnly.TryParseExact(
            text,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero)
            : throw ProblemException.BadRequest("bad_basis", "The end date is missing: a basis always ends.");

    private static async Task<IResult> Checked(Func<Task<IResult>> record)
    {
        try
        {
            return await record();
        }
        catch (ScanBasisException e)
        {
            throw ProblemException.BadRequest("bad_basis", e.Message);
        }
    }
}
