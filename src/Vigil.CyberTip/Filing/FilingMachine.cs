using Vigil.CyberTip.Service;

namespace Vigil.CyberTip.Filing;

/// <summary>
/// Files a report exactly once, through lost answers, crashes and zombies. Pure: no clock, no chance, no call.
/// <list type="number">
/// <item>The state that announces a call is durable before the call.</item>
/// <item>A report is filed by its finish alone, so all before it may be thrown away and begun anew.</item>
/// <item>Lost while opening: another attempt; the orphan is never finished and expires by itself.</item>
/// <item>Lost while adding: retract, then another attempt.</item>
/// <item>Lost while finishing: finish again. Done before (5102) means filed, the receipt lost.</item>
/// <item>Unknown (5001) after a finish that may have arrived can mean either: a person decides.</item>
/// </list>
/// </summary>
public static class FilingMachine
{
    /// <summary>The next state and what is to be done once it is durable.</summary>
    public static Transition Step(FilingState state, FilingEvent happened)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(happened);
        var isTakeOver = happened is TookOver;
        if (state.IsFinal || (isTakeOver ? happened.Epoch <= state.Epoch : happened.Epoch < state.Epoch))
        {
            return new(state, []);
        }
        var step = new FilingStepper(state, happened);
        step.Run();
        return step.Result();
    }
}
