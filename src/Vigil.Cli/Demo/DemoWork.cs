using System.Text.Json;

namespace Vigil.Cli.Demo;

/// <summary>
/// What the team did so far, each at the console under their own name: cases claimed, graded, decided, held; a second
/// opinion, a third that is wanted, a danger lane, an action with an appeal, training. What programs do is done over
/// the API.
/// </summary>
internal sealed class DemoWork(DemoApi api, DemoPeople people, CancellationToken cancellation)
{
    private const string Why = "Shown by the demonstration.";

    /// <param name="matched">Cases of matched pictures, five at least.</param>
    /// <param name="others">Other cases, twelve at least.</param>
    public async Task RunAsync(IReadOnlyList<string> matched, IReadOnlyList<string> others)
    {
        await TrainAsync();
        await DecideAsync(matched);
        await GradeAsync(others);
        await SortAsync(others);
        await people.Custodian.ActAsync(
            "/console/holds",
            "/console/holds",
            cancellation,
            ("kind", "legal"),
            ("on", matched[1]),
            ("authority", "Example Court, SAMPLE 1"),
            ("reason", Why),
            ("expires", "")
        );
    }

    /// <summary>Two samples, two people who may reveal, and one who practised.</summary>
    private async Task TrainAsync()
    {
        foreach (var verdict in new[] { "not_csam", "confirmed" })
        {
            await api.PostAsync(
                "/v1/training/samples",
                new
                {
                    title = $"SAMPLE whose answer is {(verdict == "not_csam" ? "not CSAM" : verdict)}",
                    problemType = "suspected_csam",
                    surface = "comment",
                    summary = "SAMPLE for training.",
                    text = $"SAMPLE. Whoever reads this answers {verdict}.",
                    verdict,
                    explanation = "It says so.",
                },
                cancellation
            );
        }
        var team = await api.GetAsync("/v1/people", cancellation);
        foreach (var person in team.EnumerateArray().Where(SeesContents))
        {
            await api.QualifyAsync(person, "review", Why, cancellation);
        }
        var practice = await people.Reviewer.ActAsync(
            "/console/training",
            "/console/training/next",
            cancellation
        );
        await ActAsync(
            people.Reviewer,
            CaseOf(practice),
            "decision",
            ("verdict", "not_csam"),
            ("reason", Why)
        );
    }

    private static bool SeesContents(JsonElement person) =>
        person
            .GetProperty("roles")
            .EnumerateArray()
            .Any(role => role.GetString() is "reviewer" or "senior_reviewer" or "filing_officer");

    /// <summary>Two confirmed, with an action that somebody appeals against; one more claimed.</summary>
    private async Task DecideAsync(IReadOnlyList<string> matched)
    {
        foreach (var reference in matched.Take(2))
        {
            await ActAsync(people.Reviewer, reference, "claim");
            await ActAsync(people.Reviewer, reference, "decision", ("verdict", "confirmed"), ("reason", Why));
        }
        await ActAsync(people.Reviewer, matched[0], "action", ("kind", "content_removed"), ("reason", Why));
        var actions = await api.GetAsync($"/v1/cases/{matched[0]}/account-actions", cancellation);
        await api.PostAsync(
            "/v1/appeals",
            new
            {
                actionId = actions.GetProperty("actions")[0].GetProperty("id").GetString(),
                text = "SAMPLE. Please look at this again.",
            },
            cancellation
        );
        await ActAsync(people.Reviewer, matched[2], "claim");
    }

    /// <summary>One graded by two who agree, one where a third is wanted, one that waits for a second.</summary>
    private async Task GradeAsync(IReadOnlyList<string> others)
    {
        await GradeAsync(people.Reviewer, others[1], "unclear", "drawn");
        await GradeAsync(people.Senior, others[1], "unclear", "drawn");
        await GradeAsync(people.Reviewer, others[3], "unclear", "drawn");
        await GradeAsync(people.Senior, others[3], "adult", "drawn");
        await GradeAsync(people.Reviewer, others[5], "unclear", "drawn");
    }

    private async Task GradeAsync(DemoPerson person, string reference, string age, string depiction)
    {
        var file = await api.GetAsync($"/v1/cases/{reference}/file", cancellation);
        var item = file.GetProperty("items")[0].GetProperty("id").GetString();
        var path = $"/console/cases/{reference}/items/{item}/grade";
        await person.ActAsync(
            path,
            path,
            cancellation,
            ("age", age),
            ("activity", "none"),
            ("depiction", depiction),
            ("reason", "by_the_facts"),
            ("text", ""),
            ("secondOpinion", "true")
        );
    }

    private async Task SortAsync(IReadOnlyList<string> others)
    {
        await ActAsync(people.Senior, others[0], "danger");
        await ActAsync(people.Senior, others[0], "claim");
        await ActAsync(people.Reviewer, others[2], "hold", ("hours", "24"), ("reason", Why));
        await ActAsync(people.Reviewer, others[6], "note", ("text", "SAMPLE note, for who reads this case."));
        await ActAsync(
            people.Reviewer,
            others[7],
            "close",
            ("because", "handled_elsewhere"),
            ("reason", Why)
        );
        await ActAsync(people.Senior, others[8], "decision", ("verdict", "not_csam"), ("reason", Why));
        await ActAsync(people.Senior, others[9], "type", ("problemType", "suspected_csam"));
    }

    private Task<string> ActAsync(
        DemoPerson person,
        string reference,
        string act,
        params (string, string)[] fields
    ) =>
        person.ActAsync(
            $"/console/cases/{reference}",
            $"/console/cases/{reference}/{act}",
            cancellation,
            fields
        );

    private static string CaseOf(string path) => path.Split('?')[0].Split('/')[^1];
}
