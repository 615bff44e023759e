using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Reporting.Approving.Clocks;
using Vigil.Server.Features.Reporting.Approving.Unseen;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Server.Features.Reporting.Filing.Journal;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>What a person does on the pages of reports.</summary>
internal static class ReportForms
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        MapDrafting(routes);
        Act(routes, "approval", (tx, id, form) => Approvals.ApproveAsync(tx, id, RequestOf(form)));
        Act(routes, "second", (tx, id, form) => Approvals.SecondAsync(tx, id, RequestOf(form)));
        Act(
            routes,
            "unseen",
            (tx, id, form) => ExplainUnseen.RunAsync(tx, id, PointsOf(form), form["reason"]),
            "report_explained"
        );
        Act(routes, "undo", (tx, id, _) => UndoApproval.RunAsync(tx, id), "report_undone");
        Act(
            routes,
            "withdrawal",
            (tx, id, form) =>
                WithdrawReport.RunAsync(tx, id, new WithdrawalRequest { Reason = form["reason"] }),
            "report_withdrawn"
        );
        Act(routes, "handover", (tx, id, _) => HandOver.RunAsync(tx, id), "report_handed_over");
        Act(
            routes,
            "receipt",
            (tx, id, form) =>
                EnterReceipt.RunAsync(
                    tx,
                    id,
                    new ReceiptRequest
                    {
                        Text = form["text"],
                        RemoteId = form["remoteId"],
                        FiledAt = FieldValues.Time(form["filedAt"].ToString(), "When they had it"),
                    }
                ),
            "report_filed"
        );
        routes.MapForm(
            ReportPages.Root + "/due/{reference}/no-duty",
            Permission.ReportFile,
            async (context, form) =>
            {
                var reference = (string)context.GetRouteValue("reference")!;
                await ActAsync(
                    context,
                    async tx =>
                    {
                        await DueClock.CloseAsync(tx, reference, form["reason"]);
                        return true;
                    }
                );
                return Pages.Go(ReportPages.Root, "report_no_duty");
            }
        );
        routes.MapForm(
            ReportPages.Root + "/due/{reference}/untold-host",
            Permission.ReportFile,
            async (context, form) =>
            {
                var reference = (string)context.GetRouteValue("reference")!;
                var missing = await ActAsync(
                    context,
                    tx => UntoldHost.SayAsync(tx, reference, form["host"], form["reason"])
                );
                return Pages.Go(
                    ReportPages.Root,
                    missing == 0 ? "report_no_host_missing" : "report_host_not_reported"
                );
            }
        );
    }

    private static void MapDrafting(IEndpointRouteBuilder routes)
    {
        routes.MapForm(
            ReportPages.New,
            Permission.ReportFile,
            async (context, form) =>
            {
                var report = await ActAsync(
                    context,
                    tx => AskForDraft.RunAsync(tx, form["case"].ToString(), NewReport.RequestOf(form))
                );
                return Pages.Go(ReportPages.Of(report.Id), "report_drafted");
            }
        );
        routes.MapForm(
            ReportPages.Root + "/{id:guid}/fingerprints",
            Permission.ReportFile,
            async (context, _) =>
            {
                var id = context.Id();
                var kernel = context.RequestServices.GetRequiredService<TrustKernel>();
                await FileHashes.FillAsync(kernel, context.Actor(), id, context.RequestAborted);
                return Pages.Go(ReportPages.Of(id), "report_fingerprints");
            }
        );
        routes.MapForm(
            ReportPages.Root + "/{id:guid}/metadata",
            Permission.ReportFile,
            async (context, form) =>
            {
                var id = context.Id();
                var wantsPlace = form["place"] == "on";
                await context
                    .RequestServices.GetRequiredService<ReadMetadata>()
                    .FillAsync(context.Actor(), id, wantsPlace, context.RequestAborted);
                return Pages.Go(ReportPages.Of(id), "report_metadata");
            }
        );
        Edit(
            routes,
            "edit",
            (draft, form) =>
                DraftForm.Apply(
                    draft,
                    name => form.TryGetValue(name, out var value) ? value.ToString() : null
                )
        );
        Edit(routes, "json", (draft, form) => DraftForm.ApplyJson(draft, form["json"].ToString()));
        Edit(
            routes,
            "cannot-supply",
            (draft, form) =>
                DraftForm.CannotSupply(draft, form["path"].ToString(), form["because"].ToString())
        );
    }

    private static void Edit(
        IEndpointRouteBuilder routes,
        string act,
        Func<ReportDraft, IFormCollection, ReportDraft> change
    ) =>
        routes.MapForm(
            $"{ReportPages.Root}/{{id:guid}}/{act}",
            Permission.ReportFile,
            async (context, form) =>
            {
                var id = context.Id();
                await ActAsync(
                    context,
                    async tx =>
                    {
                        var report = await ReportActs.RequireAsync(tx, id);
                        ReportActs.RequireState(report, ReportState.Draft, "Only a draft is edited.");
                        var version = int.TryParse(form["version"], out var given) ? given : 0;
                        var draft = change(await Drafts.ReadAsync(tx, report), form);
                        await Drafts.SaveAsync(tx, report, draft, version);
                        return true;
                    }
                );
                return Pages.Go(ReportPages.Of(id), "report_saved");
            }
        );

    private static void Act(
        IEndpointRouteBuilder routes,
        string act,
        Func<Tx, Guid, IFormCollection, Task<ApprovalAnswer>> run,
        string? notice = null
    ) =>
        routes.MapForm(
            $"{ReportPages.Root}/{{id:guid}}/{act}",
            Permission.ReportFile,
            async (context, form) =>
            {
                var id = context.Id();
                await PackageLines.ReadyForAsync(context, id, act);
                var answer = await ActAsync(context, tx => run(tx, id, form));
                return Pages.Go(
                    ReportPages.Of(id),
                    notice ?? (answer.LeavesAt is null ? "report_first" : "report_approved")
                );
            }
        );

    private static IReadOnlyList<Guid> PointsOf(IFormCollection form) =>
        [.. form["point"].Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty)];

    private static ApprovalRequest RequestOf(IFormCollection form) =>
        new()
        {
            Sha256 = form["sha256"],
            Version = int.TryParse(form["version"], out var version) ? version : 0,
            Checked = [.. form["checked"].Select(code => code ?? "")],
        };

    private static Task<T> ActAsync<T>(HttpContext context, Func<Tx, Task<T>> act) =>
        context
            .RequestServices.GetRequiredService<Db>()
            .ActAsync(context.Actor(), Permission.ReportFile, act, context.RequestAborted);
}
