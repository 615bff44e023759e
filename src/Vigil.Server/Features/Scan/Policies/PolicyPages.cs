using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Scan.Policies;

/// <summary>What the page of a policy shows.</summary>
/// <param name="Sent">As it was sent, where it could not be saved.</param>
internal sealed record PolicyShown(
    StoredPolicy Policy,
    PolicyPreview Preview,
    IReadOnlyList<string> Problems,
    string? Sent,
    string? SentTitle
);

/// <summary>Policies in the console: look, draft, preview, activate.</summary>
internal static class PolicyPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Notices.Add("policy_active", "In force: the next scans go by it.");
        Notices.Add("policy_discarded", "Discarded.");
        routes.MapPage("/console/policy", Permission.PolicyRead, ListAsync);
        routes.MapPage(
            "/console/policy/{id:guid}",
            Permission.PolicyRead,
            context => ShowAsync(context, [], null, null)
        );
        routes.MapForm("/console/policy", Permission.PolicyWrite, DraftAsync);
        routes.MapForm("/console/policy/{id:guid}", Permission.PolicyWrite, SaveAsync);
        routes.MapForm("/console/policy/{id:guid}/activate", Permission.PolicyWrite, ActivateAsync);
        routes.MapForm("/console/policy/{id:guid}/discard", Permission.PolicyWrite, DiscardAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context)
    {
        var policies = await DbOf(context)
            .ReadAsync(context.Actor(), Permission.PolicyRead, PolicyTable.ListAsync, context.RequestAborted);
        return Pages.Show<PolicyListPage>(context, "Policy", new { Shown = policies });
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context,
        IReadOnlyList<string> problems,
        string? sent,
        string? sentTitle
    )
    {
        var id = IdOf(context);
        var (policy, cases) = await DbOf(context)
            .ReadAsync(
                context.Actor(),
                Permission.PolicyRead,
                async tx => (await PolicyTable.FindAsync(tx, id), await PolicyPreview.RecentAsync(tx)),
                context.RequestAborted
            );
        return Pages.Show<PolicyPage>(
            context,
            policy.Title,
            new
            {
                Shown = new PolicyShown(
                    policy,
                    PolicyPreview.Of(policy.Document, cases),
                    problems,
                    sent,
                    sentTitle
                ),
            }
        );
    }

    private static async Task<IResult> DraftAsync(HttpContext context, IFormCollection form)
    {
        var draft = await ActAsync(
            context,
            async tx =>
            {
                var active = await PolicyTable.ActiveAsync(tx);
                var title = $"Draft after version {active.Version}";
                return await PolicyTable.SaveDraftAsync(tx, null, title, active.Document);
            }
        );
        return Pages.Go($"/console/policy/{draft.Id}", "created");
    }

    private static async Task<IResult> SaveAsync(HttpContext context, IFormCollection form)
    {
        var (id, text, title) = (IdOf(context), form["rules"].ToString(), form["title"].ToString());
        var problems = new List<string>();
        var document = PolicyText.TryRead(text, problems);
        if (!PolicyText.IsName(title))
        {
            problems.Add($"A title has 1 to {PolicyText.MaxNameCharacters} printable characters.");
        }
        if (document is null || problems.Count > 0)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return await ShowAsync(context, problems, text, title);
        }
        await ActAsync(context, tx => PolicyTable.SaveDraftAsync(tx, id, title, document));
        return Pages.Go($"/console/policy/{id}", "saved");
    }

    private static async Task<IResult> ActivateAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        var changes = context.RequestServices.GetRequiredService<ListChanges>();
        var isNumber = long.TryParse(
            form["revision"].ToString(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var revision
        );
        await ActAsync(
            context,
            tx =>
            {
                tx.OnCommitted(() => changes.Announce(tx.Tenant));
                return PolicyTable.ActivateAsync(tx, id, isNumber ? revision : 0);
            }
        );
        return Pages.Go($"/console/policy/{id}", "policy_active");
    }

    private static async Task<IResult> DiscardAsync(HttpContext context, IFormCollection form)
    {
        var id = IdOf(context);
        await ActAsync(context, tx => PolicyTable.DiscardAsync(tx, id));
        return Pages.Go("/console/policy", "policy_discarded");
    }

    private static Task<StoredPolicy> ActAsync(HttpContext context, Func<Tx, Task<StoredPolicy>> work) =>
        DbOf(context).ActAsync(context.Actor(), Permission.PolicyWrite, work, context.RequestAborted);

    private static Db DbOf(HttpContext context) => context.RequestServices.GetRequiredService<Db>();

    private static Guid IdOf(HttpContext context) => Guid.Parse(context.GetRouteValue("id")!.ToString()!);
}
