using Vigil.Server.Features.Cases.Waiting;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What the first page shows of the cases.</summary>
internal static class HomeNumbers
{
    public static async Task AddAsync(Tx tx, HomeNumbersWanted wanted)
    {
        var open = await tx.FindAsync<long>(
            $"""
            select count(*) from case_file
            where tenant = @tenant and state = 'Open' and gold_for is null and {tx.SeesCase("case_file.ref")}
            """
        );
        var danger = await tx.FindAsync<long>(
            $"""
            select count(*) from case_file
            where tenant = @tenant and danger_at is not null and gold_for is null and {tx.SeesCase(
                "case_file.ref"
            )}
            """
        );
        if (danger > 0)
        {
            wanted.Add(
                new HomeNumber(
                    "A child may be in danger",
                    $"{danger}",
                    "/console/cases?queue=danger-now",
                    Permission.CaseRead
                )
                {
                    IsWarning = true,
                }
            );
        }
        wanted.Add(new HomeNumber("Open cases", $"{open}", "/console/cases", Permission.CaseRead));
        await AddWaitingAsync(tx, wanted);
    }

    /// <summary>What waits for somebody, with the age of the oldest; a count of all is not for who sees some.</summary>
    private static async Task AddWaitingAsync(Tx tx, HomeNumbersWanted wanted)
    {
        if (tx.Actor.IsFenced)
        {
            return;
        }
        foreach (var kind in WaitingKind.All.Where(kind => tx.Actor.May(kind.Permission)))
        {
            var waiting = await WaitingWork.ReadAsync(tx, kind);
            if (waiting.Count + waiting.Stopped + waiting.Alone > 0)
            {
                wanted.Add(
                    new HomeNumber(
                        kind.Title,
                        waiting.IsCapped ? $"{waiting.Count}, and more" : $"{waiting.Count}",
                        kind.Path,
                        kind.Permission
                    )
                    {
                        IsWarning = waiting.IsOverdue(tx.Now),
                        Note = NoteOf(waiting, tx.Now),
                    }
                );
            }
        }
    }

    private static string NoteOf(WaitingWork waiting, DateTimeOffset now)
    {
        var notes = new List<string>();
        if (waiting.OldestAt is { } oldest)
        {
            notes.Add($"oldest {RelativeTime.Of(oldest, now)}");
        }
        if (waiting.IsOverdue(now))
        {
            notes.Add($"overdue after {waiting.Hours} hours");
        }
        if (waiting.Stopped > 0)
        {
            notes.Add($"{waiting.Stopped} more stopped by an authority's order");
        }
        if (waiting.Alone > 0)
        {
            notes.Add(
                $"{waiting.Alone} {(waiting.Count > 0 ? "more " : "")}that nobody else here may do: "
                    + waiting.Kind.Nobody?.WhatToDo
            );
        }
        return string.Join("; ", notes);
    }
}
