using Vigil.CyberTip.Service;

namespace Vigil.CyberTip.Filing;

/// <summary>One report from approval to receipt in one call.</summary>
public static class FilingOfOne
{
    /// <summary>
    /// Checks a report that a named person approved, and files it with its files through <see cref="FilingMachine"/>.
    /// A report that breaks a rule is not sent. After a crash, <see cref="FilingRunner"/> goes on from the last state
    /// that was saved: calling this again would be another report.
    /// </summary>
    /// <param name="client">Makes the calls.</param>
    /// <param name="report">What to file.</param>
    /// <param name="files">Its files with what is said about them, in the order of their upload.</param>
    /// <param name="saveAsync">Makes each step durable, as <see cref="FilingWork.SaveAsync"/>.</param>
    /// <param name="time">Tells the time of approval and of the rules; default: the system's.</param>
    /// <param name="cancellation">Stops it; the last state that was saved stands.</param>
    /// <exception cref="IOException">A file could not be read; the last state that was saved stands.</exception>
    public static async Task<FiledReport> FileAsync(
        this CyberTipClient client,
        Report report,
        ValueList<FilingContent> files,
        Func<FilingStep, CancellationToken, ValueTask<bool>> saveAsync,
        TimeProvider? time = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(saveAsync);
        var now = (time ?? TimeProvider.System).GetUtcNow();
        var approved = FilingState.Approve(
            now,
            [.. files.Select(file => new FilingFile(file.Details is not null))]
        );
        var draft = new Draft
        {
            Report = report,
            FileDetails = [.. files.Select(file => file.Details).OfType<FileDetails>()],
        };
        if (ReportRules.Check(draft, new RuleContext { Now = now }) is { Count: > 0 } findings)
        {
            return new(approved, findings, default);
        }
        ReadOnlyMemory<byte> receipt = default;
        var work = new FilingWork
        {
            Report = ReportXml.Write(report),
            Files = files,
            SaveAsync = async (step, stop) =>
            {
                var isSaved = await saveAsync(step, stop);
                receipt = isSaved && step.IsReceipt ? step.Answer!.Bytes : receipt;
                return isSaved;
            },
        };
        var runner = new FilingRunner(client, new Random(), time);
        return new(await runner.RunAsync(approved, work, 1, cancellation), [], receipt);
    }
}
